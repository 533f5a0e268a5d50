package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.TextNumbers;
import dev.understudy.dataset.imports.rgbd.NearestInTime.TimedFile;
import dev.understudy.dataset.imports.rgbd.Sequences.SequenceFrame;
import dev.understudy.dataset.imports.rgbd.Sequences.SequenceReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    /**
     * A folder a scene with {@code r-<seconds>-<ticks>.ppm} and {@code d-<seconds>-<ticks>.pgm}; frames go by the
     * depth's.
     */
    private static final class NyudRawSequences implements SequenceReader {
        private static final Pattern NAME = Pattern.compile("([rd])-(\\d{1,12}\\.?\\d{0,12})-.*\\.p[pgn]m");

        @Override
        public void read(SourceTree tree, double maxGap, Sequences found) {
            for (String folder : tree.folders()) {
                List<TimedFile> rgb = new ArrayList<>();
                List<TimedFile> depth = new ArrayList<>();
                for (String name : tree.names(folder)) {
                    Matcher matcher = NAME.matcher(name);
                    if (matcher.matches()) {
                        List<TimedFile> kind = matcher.group(1).equals("r") ? rgb : depth;
                        kind.add(new TimedFile(Double.parseDouble(matcher.group(2)), SourceTree.join(folder, name)));
                    }
                }
                List<NearestInTime.Pair> pairs = NearestInTime.pair(depth, rgb, maxGap);
                SequenceReader.tellUnpaired(tree, folder, rgb.size(), depth.size(), pairs.size(), maxGap, found);
                List<SequenceFrame> frames = new ArrayList<>();
                for (NearestInTime.Pair pair : pairs) {
                    String name = SourceTree.name(pair.first().path());
                    frames.add(SequenceFrame.of(
                                    folder,
                                    name.substring(2, name.lastIndexOf('.')),
                                    pair.second().path(),
                                    pair.first().path())
                            .intrinsics(NyudKinect.COLOUR)
                            .build());
                }
                found.add(frames);
            }
        }
    }

    /**
     * {@code frame-000000.color.png} (or jpg), {@code .depth.png} and {@code .pose.txt}, in one folder or one a
     * sequence.
     * {@code TrainSplit.txt} and {@code TestSplit.txt} beside the sequences, with a line {@code sequence3} for
     * {@code seq-03}, say which split a sequence belongs to.
     */
    private static final class SevenScenesSequences implements SequenceReader {
        private static final Pattern COLOUR =
                Pattern.compile("(.+)\\.color\\.(png|jpg|jpeg)", Pattern.CASE_INSENSITIVE);
        private static final Pattern NUMBER = Pattern.compile(".*?0*(\\d+)");
        /** Of the data set's cameras, as its authors state them. */
        private static final Intrinsics USUAL = new Intrinsics(585, 585, 320, 240);

        @Override
        public void read(SourceTree tree, double maxGap, Sequences found) {
            for (String folder : tree.folders()) {
                Intrinsics declared = TextNumbers.intrinsics(tree, folder);
                String split = split(tree, folder);
                List<SequenceFrame> frames = new ArrayList<>();
                for (String name : tree.names(folder)) {
                    Matcher colour = COLOUR.matcher(name);
                    if (colour.matches()) {
                        String path = SourceTree.join(folder, colour.group(1));
                        String pose = path + ".pose.txt";
                        if (!tree.has(path + ".depth.png")) {
                            found.skip(
                                    SourceTree.join(folder, name), tree.root().resolve(path) + ".depth.png: not there");
                            continue;
                        }
                        frames.add(SequenceFrame.of(
                                        folder, colour.group(1), SourceTree.join(folder, name), path + ".depth.png")
                                .poseFile(tree.has(pose) ? pose : null)
                                .split(split)
                                .intrinsics(declared == null ? USUAL : declared)
                                .build());
                    }
                }
                found.add(frames);
            }
        }

        private static @Nullable String split(SourceTree tree, String folder) {
            Map<String, String> splits = new HashMap<>();
            String above = SourceTree.folder(folder);
            for (Map.Entry<String, String> file :
                    Map.of("TrainSplit.txt", "train", "TestSplit.txt", "test").entrySet()) {
                String path = SourceTree.join(above, file.getKey());
                if (!folder.isEmpty() && tree.has(path)) {
                    tree.lines(path).forEach(line -> splits.put(number(line), file.getValue()));
                }
            }
            return splits.get(number(SourceTree.name(folder)));
        }

        private static String number(String name) {
            Matcher number = NUMBER.matcher(name);
            return number.matches() ? number.group(1) : name;
        }
    }
}
