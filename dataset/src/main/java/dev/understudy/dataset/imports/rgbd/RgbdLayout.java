package dev.understudy.dataset.imports.rgbd;

/** How a sequence's files are laid out. */
public enum RgbdLayout {
    /** {@code r-<time>-<n>.ppm} and {@code d-<time>-<n>.pgm}, raw Kinect disparity with swapped bytes. */
    NYUD_RAW("nyud-raw", new NyudRawSequences(), 5000, 0.02),
    /** {@code rgb.txt}, {@code depth.txt} and {@code groundtruth.txt} with time stamps; 1/5000 m. */
    TUM("tum", new TumSequences(), 5000, 0.02),
    /** {@code frame-N.color.*}, {@code frame-N.depth.png} and {@code frame-N.pose.txt}; mm, 65535 = none. */
    SEVEN_SCENES("7scenes", new SevenScenesSequences(), 1000, 0),
    /** A folder {@code rgb} or {@code color} beside a folder {@code depth}, with the same names or with time stamps. */
    PAIRS("pairs", new PairedFolders(), 1000, 0.02);

    private final String key;
    private final SequenceReader reader;
    private final double depthScale;
    private final double maxGap;

    RgbdLayout(String key, SequenceReader reader, double depthScale, double maxGap) {
        this.key = key;
        this.reader = reader;
        this.depthScale = depthScale;
        this.maxGap = maxGap;
    }

    public String key() {
        return key;
    }

    SequenceReader reader() {
        return reader;
    }

    /** Units per metre of its depth files. */
    double depthScale() {
        return depthScale;
    }

    /** Seconds between picture and depth that are usual. */
    double maxGap() {
        return maxGap;
    }
}
