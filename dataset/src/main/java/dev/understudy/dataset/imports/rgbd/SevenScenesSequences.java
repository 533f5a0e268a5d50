package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.TextNumbers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code frame-000000.color.png} (or jpg), {@code .depth.png} and {@code .pose.txt}, in one folder or one a sequence.
 * {@code TrainSplit.txt} and {@code TestSplit.txt} beside the sequences, with a line {@code sequence3} for
 * {@code seq-03}, say which split a sequence belongs to.
 */
final class SevenScenesSequences implements SequenceReader {
    private static final Pattern COLOUR = Pattern.compile("(.+)\\.color\\.(png|jpg|jpeg)", Pattern.CASE_INSENSITIVE);
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
                        found.skip(SourceTree.join(folder, name), tree.root().resolve(path) + ".depth.png: not there");
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
