package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.TextNumbers;
import dev.understudy.dataset.imports.rgbd.NearestInTime.TimedFile;
import dev.understudy.dataset.imports.rgbd.Sequences.SequenceFrame;
import dev.understudy.dataset.imports.rgbd.Sequences.SequenceReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A folder of pictures beside a folder of depth. Files belong together if their names without extension are equal, or,
 * if none are and all are numbers with a fraction, by time. {@code pose/<name>.txt} beside them is kept, and a camera
 * matrix in {@code intrinsics.txt} or {@code camera-intrinsics.txt}.
 */
final class PairedFolders implements SequenceReader {
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
                frames.add(
                        frame(tree, sequence, pair.first().path(), pair.second().path(), camera));
            }
            SequenceReader.tellUnpaired(tree, sequence, rgb.size(), depth.size(), frames.size(), maxGap, found);
        } else {
            for (Map.Entry<String, String> picture : rgb.entrySet()) {
                String match = depth.get(picture.getKey());
                if (match == null) {
                    String path = tree.root().resolve(picture.getValue()).toString();
                    found.skip(picture.getValue(), path + ": found no depth of the same name; add it or leave it out");
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
