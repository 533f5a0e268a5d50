package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.TextNumbers;
import dev.understudy.dataset.imports.rgbd.NearestInTime.TimedFile;
import dev.understudy.dataset.imports.rgbd.RgbdImport.Sequences;
import dev.understudy.dataset.imports.rgbd.RgbdImport.Sequences.SequenceFrame;
import dev.understudy.dataset.imports.rgbd.RgbdImport.Sequences.SequenceReader;
import dev.understudy.dataset.imports.rgbd.Trajectory.FoundPose;
import dev.understudy.files.DataException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
     * sequence. {@code TrainSplit.txt} and {@code TestSplit.txt} beside the sequences, with a line {@code sequence3}
     * for {@code seq-03}, say which split a sequence belongs to.
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

    /**
     * A folder of pictures beside a folder of depth. Files belong together if their names without extension are equal,
     * or, if none are and all are numbers with a fraction, by time. {@code pose/<name>.txt} beside them is kept, and a
     * camera matrix in {@code intrinsics.txt} or {@code camera-intrinsics.txt}.
     */
    private static final class PairedFolders implements SequenceReader {
        private static final List<String> PICTURES = List.of("rgb", "color", "colour", "image", "images");
        private static final List<String> POSES = List.of("pose", "poses");
        private static final Pattern PICTURE = Pattern.compile("(.+)\\.(png|jpg|jpeg)", Pattern.CASE_INSENSITIVE);
        private static final Pattern TIME = Pattern.compile("\\d{1,12}\\.\\d{1,12}");
        private static final Set<String> DEPTH = Set.of("depth", "depths");

        @Override
        public void read(SourceTree tree, double maxGap, Sequences found) {
            for (String folder : tree.folders()) {
                if (DEPTH.contains(SourceTree.name(folder))) {
                    String sequence = SourceTree.folder(folder);
                    for (String pictures : PICTURES) {
                        Map<String, String> rgb = byName(tree, SourceTree.join(sequence, pictures));
                        if (!rgb.isEmpty()) {
                            sequence(tree, sequence, rgb, byName(tree, folder), maxGap, found);
                            break;
                        }
                    }
                }
            }
        }

        private static void sequence(
                SourceTree tree,
                String sequence,
                Map<String, String> rgb,
                Map<String, String> depth,
                double maxGap,
                Sequences found) {
            Intrinsics camera = TextNumbers.intrinsics(tree, sequence);
            List<SequenceFrame> frames = new ArrayList<>();
            if (rgb.keySet().stream().noneMatch(depth::containsKey) && timed(rgb) && timed(depth)) {
                for (NearestInTime.Pair pair : NearestInTime.pair(times(rgb), times(depth), maxGap)) {
                    frames.add(frame(
                            tree, sequence, pair.first().path(), pair.second().path(), camera));
                }
                SequenceReader.tellUnpaired(tree, sequence, rgb.size(), depth.size(), frames.size(), maxGap, found);
            } else {
                for (Map.Entry<String, String> picture : rgb.entrySet()) {
                    String match = depth.get(picture.getKey());
                    if (match == null) {
                        String path = tree.root().resolve(picture.getValue()).toString();
                        found.skip(
                                picture.getValue(), path + ": found no depth of the same name; add it or leave it out");
                    } else {
                        frames.add(frame(tree, sequence, picture.getValue(), match, camera));
                    }
                }
            }
            found.add(frames);
        }

        private static SequenceFrame frame(
                SourceTree tree, String sequence, String rgb, String depth, @Nullable Intrinsics camera) {
            String name = SourceTree.name(rgb);
            String stem = name.substring(0, name.lastIndexOf('.'));
            String pose = POSES.stream()
                    .map(folder -> SourceTree.join(sequence, folder + "/" + stem + ".txt"))
                    .filter(tree::has)
                    .findFirst()
                    .orElse(null);
            return SequenceFrame.of(sequence, stem, rgb, depth)
                    .poseFile(pose)
                    .intrinsics(camera)
                    .build();
        }

        /** Name without extension → path, numbers in the order of their values. */
        private static Map<String, String> byName(SourceTree tree, String folder) {
            Map<String, String> files = new TreeMap<>(Comparator.<String>comparingInt(
                            stem -> stem.chars().allMatch(c -> c >= '0' && c <= '9') ? stem.length() : 0)
                    .thenComparing(Comparator.naturalOrder()));
            for (String name : tree.names(folder)) {
                if (PICTURE.matcher(name).matches()) {
                    files.put(name.substring(0, name.lastIndexOf('.')), SourceTree.join(folder, name));
                }
            }
            return files;
        }

        private static boolean timed(Map<String, String> files) {
            return files.keySet().stream().allMatch(stem -> TIME.matcher(stem).matches());
        }

        private static List<TimedFile> times(Map<String, String> files) {
            List<TimedFile> times = new ArrayList<>();
            files.forEach((stem, path) -> times.add(new TimedFile(Double.parseDouble(stem), path)));
            return times;
        }
    }

    /**
     * A folder with {@code rgb.txt} and {@code depth.txt}, lines of {@code <seconds> <path>}, and perhaps
     * {@code groundtruth.txt}, lines of {@code <seconds> tx ty tz qx qy qz qw}. Cameras are told by the folder's name.
     */
    private static final class TumSequences implements SequenceReader {
        @Override
        public void read(SourceTree tree, double maxGap, Sequences found) {
            for (String folder : tree.folders()) {
                String rgb = SourceTree.join(folder, "rgb.txt");
                String depth = SourceTree.join(folder, "depth.txt");
                if (tree.has(rgb) && tree.has(depth)) {
                    sequence(
                            tree,
                            folder,
                            files(tree, folder, rgb, found),
                            files(tree, folder, depth, found),
                            maxGap,
                            found);
                }
            }
        }

        private static void sequence(
                SourceTree tree,
                String folder,
                List<TimedFile> rgb,
                List<TimedFile> depth,
                double maxGap,
                Sequences sequences) {
            List<NearestInTime.Pair> pairs = NearestInTime.pair(rgb, depth, maxGap);
            SequenceReader.tellUnpaired(tree, folder, rgb.size(), depth.size(), pairs.size(), maxGap, sequences);
            Trajectory trajectory = trajectory(tree, SourceTree.join(folder, "groundtruth.txt"));
            Intrinsics declared = TextNumbers.intrinsics(tree, folder);
            Intrinsics camera = declared == null ? usual(tree, folder) : declared;
            List<SequenceFrame> frames = new ArrayList<>();
            for (NearestInTime.Pair pair : pairs) {
                String path = pair.first().path();
                FoundPose found = trajectory.at(pair.first().seconds(), maxGap);
                frames.add(
                        SequenceFrame.of(folder, stem(path), path, pair.second().path())
                                .pose(found.pose() == null ? null : found.pose().matrix())
                                .poseIsLost(found.lack() == FoundPose.Lack.LOST)
                                .intrinsics(camera)
                                .build());
            }
            sequences.add(frames);
        }

        /** As the benchmark's authors state them; sequences of unknown origin get the sensor's factory values. */
        private static Intrinsics usual(SourceTree tree, String folder) {
            String name = tree.root().toAbsolutePath().normalize() + "/" + folder;
            if (name.contains("freiburg1")) {
                return new Intrinsics(517.3, 516.5, 318.6, 255.3);
            } else if (name.contains("freiburg2")) {
                return new Intrinsics(520.9, 521.0, 325.1, 249.7);
            } else if (name.contains("freiburg3")) {
                return new Intrinsics(535.4, 539.2, 320.1, 247.6);
            }
            return new Intrinsics(525.0, 525.0, 319.5, 239.5);
        }

        private static List<TimedFile> files(SourceTree tree, String folder, String list, Sequences found) {
            List<TimedFile> files = new ArrayList<>();
            for (String line : tree.lines(list)) {
                String[] words = line.split("\\s+", 2);
                String path = words.length < 2 ? "" : words[1];
                if (!FrameRules.isInside(path)) {
                    throw new DataException(
                            tree.resolve(list) + ": found '" + line.substring(0, Math.min(60, line.length()))
                                    + "', expected '<seconds> <path inside the folder>'; correct the line");
                }
                double seconds = TextNumbers.parse(tree, list, new String[] {words[0]}, 0)[0];
                if (Double.isFinite(seconds)) {
                    files.add(new TimedFile(seconds, SourceTree.join(folder, path)));
                } else {
                    found.skip(
                            SourceTree.join(folder, path),
                            tree.resolve(list) + ": found no time of " + path + ", expected seconds; correct the line");
                }
            }
            return files;
        }

        private static Trajectory trajectory(SourceTree tree, String path) {
            if (!tree.has(path)) {
                return Trajectory.NONE;
            }
            Trajectory trajectory = Trajectory.read(tree.resolve(path));
            if (!trajectory.bad().isEmpty()) {
                throw new DataException(trajectory.bad().get(0) + "; correct the line");
            }
            return trajectory;
        }

        private static String stem(String path) {
            String name = SourceTree.name(path);
            int dot = name.lastIndexOf('.');
            return dot > 0 ? name.substring(0, dot) : name;
        }
    }
}
