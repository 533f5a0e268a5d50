package dev.understudy.dataset.edit;

import dev.understudy.dataset.frame.FrameRecord;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Records with something changed. */
final class Records {
    private Records() {}

    static FrameRecord withSplit(FrameRecord frame, @Nullable String split) {
        return new FrameRecord(
                frame.id(),
                frame.rgb(),
                frame.depth(),
                frame.segmentation(),
                frame.normals(),
                split,
                frame.classes(),
                frame.depthScale(),
                frame.pose(),
                frame.intrinsics());
    }

    /** @param path is given every path of the record, one after the other */
    static FrameRecord moved(FrameRecord frame, String id, @Nullable String classes, UnaryOperator<String> path) {
        return new FrameRecord(
                id,
                path.apply(frame.rgb()),
                optional(frame.depth(), path),
                optional(frame.segmentation(), path),
                optional(frame.normals(), path),
                frame.split(),
                classes,
                frame.depthScale(),
                frame.pose(),
                frame.intrinsics());
    }

    private static @Nullable String optional(@Nullable String path, UnaryOperator<String> move) {
        return path == null ? null : move.apply(path);
    }
}
