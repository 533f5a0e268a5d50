package dev.understudy.retrain.measure;

import dev.understudy.dataset.image.DepthMap;
import java.util.Arrays;

/**
 * What frames look like, as counts of pixels; add up frames by {@link #add}. Not safe for use by several threads.
 */
public final class FrameHistograms {
    /** Bins of confidence, equally wide over 0–1. */
    public static final int CONFIDENCE_BINS = 20;

    /**
     * Bin 0: no measurement; then from {@value #NEAREST} m, each bin 2^½ times as far as the one before; the last, all
     * beyond.
     */
    public static final int DEPTH_BINS = 24;

    private static final double NEAREST = 0.1;

    private final long[] confidence = new long[CONFIDENCE_BINS];
    private final long[] classes;
    private final long[] depth = new long[DEPTH_BINS];

    /** @param numberOfClasses of the expert's class space */
    public FrameHistograms(int numberOfClasses) {
        this.classes = new long[numberOfClasses];
    }

    /** @param probability of the class that won, 0–1 */
    public void addLabel(int classIndex, double probability, long pixels) {
        classes[classIndex] += pixels;
        confidence[Math.min(CONFIDENCE_BINS - 1, Math.max(0, (int) (probability * CONFIDENCE_BINS)))] += pixels;
    }

    /** Every pixel of a frame's depth. */
    public void addDepth(DepthMap map) {
        for (float metres : map.metres()) {
            depth[depthBin(metres)]++;
        }
    }

    public void add(FrameHistograms other) {
        addTo(confidence, other.confidence);
        addTo(classes, other.classes);
        addTo(depth, other.depth);
    }

    public long[] confidence() {
        return confidence.clone();
    }

    public long[] classes() {
        return classes.clone();
    }

    public long[] depth() {
        return depth.clone();
    }

    static int depthBin(double metres) {
        if (!(metres > 0)) {
            return 0;
        }
        double steps = 2 * Math.log(metres / NEAREST) / Math.log(2);
        return 1 + (int) Math.min(DEPTH_BINS - 2, Math.max(0, Math.floor(steps)));
    }

    private static void addTo(long[] counts, long[] more) {
        if (counts.length != more.length) {
            throw new IllegalArgumentException(
                    Arrays.toString(more) + " is a histogram of other bins than " + Arrays.toString(counts));
        }
        for (int bin = 0; bin < counts.length; bin++) {
            counts[bin] += more[bin];
        }
    }
}
