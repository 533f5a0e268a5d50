package dev.understudy.dataset.frame;

/**
 * Frames by position. The order is fixed for the life of the source. Safe for use by several threads at once.
 */
public interface FrameSource {
    int size();

    /** What is known of frame {@code index} without opening its files. */
    FrameRecord record(int index);

    /**
     * Reads and decodes frame {@code index}.
     *
     * @throws dev.understudy.files.DataException if a file is missing, damaged or of another size than the picture
     */
    Frame read(int index);
}
