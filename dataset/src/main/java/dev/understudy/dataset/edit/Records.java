package dev.understudy.dataset.edit;

import dev.understudy.dataset.frame.FrameRecord;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Records with something changed. */
final class Records {
    private Records() {}

    /** @param path is given every path of the record, one after the other */
    static FrameRecord moved(FrameRecord frame, String id, @Nullable String classes, UnaryOperator<String> path) {
        return frame.with(moved -> moved.id(id)
                .rgb(path.apply(frame.rgb()))
                .depth(optional(frame.depth(), path))
                .segmentation(optional(frame.segmentation(), path))
                .normals(optional(frame.normals(), path))
                .classes(classes));
    }

    private static @Nullable String optional(@Nullable String path, UnaryOperator<String> move) {
        return path == null ? null : move.apply(path);
    }
}
