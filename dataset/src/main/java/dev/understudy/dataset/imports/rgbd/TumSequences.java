package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.TextNumbers;
import dev.understudy.dataset.imports.poses.FoundPose;
import dev.understudy.dataset.imports.poses.Trajectory;
import dev.understudy.dataset.imports.rgbd.NearestInTime.TimedFile;
import dev.understudy.dataset.imports.rgbd.Sequences.SequenceFrame;
import dev.understudy.dataset.imports.rgbd.Sequences.SequenceReader;
import dev.understudy.files.DataException;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder with {@code rgb.txt} and {@code depth.txt}, lines of {@code <seconds> <path>}, and perhaps
 * {@code groundtruth.txt}, lines of {@code <seconds> tx ty tz qx qy qz qw}. Cameras are told by the folder's name.
 */
final class TumSequences implements SequenceReader {
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
            frames.add(SequenceFrame.of(folder, stem(path), path, pair.second().path())
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
