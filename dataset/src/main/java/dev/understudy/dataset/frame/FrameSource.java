package dev.understudy.dataset.frame;

import dev.understudy.dataset.image.ClassSpace;
import org.jspecify.annotations.Nullable;

/**
 * Frames by position. The order is fixed for the life of the source. Safe for use by several threads at once.
 */
public interface FrameSource {
    int size();

    /** What is known of frame {@code index} without opening its files. */
    FrameRecord record(int index);

    /**
     * The class space that frame {@code index} is annotated in; null if it has no segmentation, or more than the name
     * that its record gives is not known.
     */
    default @Nullable ClassSpace classSpace(int index) {
        return null;
    }

    /**
     * Reads and decodes frame {@code index}.
     *
     * @throws dev.understudy.files.DataException if a file is missing, damaged or of another size than the picture
     */
    Frame read(int index);
}
