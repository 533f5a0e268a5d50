package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.SourceTree;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a reader found: frames by sequence, in their order, and what it had to leave out. */
final class Sequences {
    private final List<SequenceFrame> frames = new ArrayList<>();
    private final List<ImportSummary.Skipped> skipped = new ArrayList<>();
    private final int every;

    /** @param every of each sequence, keep the first frame and each {@code every}th after it */
    Sequences(int every) {
        this.every = every;
    }

    void add(List<SequenceFrame> sequence) {
        for (int i = 0; i < sequence.size(); i += every) {
            frames.add(sequence.get(i));
        }
    }

    void skip(String source, String reason) {
        skipped.add(new ImportSummary.Skipped(source, reason));
    }

    List<SequenceFrame> frames() {
        return frames;
    }

    List<ImportSummary.Skipped> skipped() {
        return skipped;
    }

    /**
     * A picture and the depth that belongs to it; nothing has been opened yet. Paths are relative to the root.
     *
     * @param sequence the folder of its sequence, empty for the root
     * @param name within the sequence
     * @param pose camera to world, 16 numbers, if the sequence has one trajectory file
     * @param poseIsLost whether the trajectory has a line for the frame that is no pose
     * @param poseFile or the file that holds it
     * @param intrinsics as the sequence declares them, or usual for its layout
     */
    @RecordBuilder
    @RecordBuilder.Options(prefixEnclosingClassNames = false)
    record SequenceFrame(
            String sequence,
            String name,
            String rgb,
            String depth,
            @Nullable List<Double> pose,
            boolean poseIsLost,
            @Nullable String poseFile,
            @Nullable String split,
            @Nullable Intrinsics intrinsics) {

        /** What else is known of it is added by name. */
        static SequenceFrameBuilder of(String sequence, String name, String rgb, String depth) {
            return SequenceFrameBuilder.builder()
                    .sequence(sequence)
                    .name(name)
                    .rgb(rgb)
                    .depth(depth);
        }
    }

    /** Finds the sequences of one layout by the names of files and by small text files. */
    interface SequenceReader {
        /** @param maxGap seconds between a picture and its depth that are allowed, where files carry times */
        void read(SourceTree tree, double maxGap, Sequences found);

        /**
         * Says how many files of a sequence found no partner: one line a sequence, since cameras out of step lose many.
         */
        static void tellUnpaired(
                SourceTree tree, String folder, int pictures, int depths, int pairs, double maxGap, Sequences found) {
            if (pairs < Math.min(pictures, depths)) {
                found.skip(
                        folder.isEmpty() ? "." : folder,
                        tree.root().resolve(folder) + ": found " + pictures + " pictures and " + depths
                                + " depth maps, of which " + pairs + " are within " + maxGap
                                + " s of each other; allow more with --max-gap");
            }
        }
    }
}
