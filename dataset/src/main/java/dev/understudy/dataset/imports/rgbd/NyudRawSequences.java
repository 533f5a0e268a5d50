package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.rgbd.NearestInTime.TimedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A folder a scene with {@code r-<seconds>-<ticks>.ppm} and {@code d-<seconds>-<ticks>.pgm}; frames go by the depth's. */
final class NyudRawSequences implements SequenceReader {
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
