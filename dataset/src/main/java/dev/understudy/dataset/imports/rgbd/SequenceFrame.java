package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.frame.Intrinsics;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
