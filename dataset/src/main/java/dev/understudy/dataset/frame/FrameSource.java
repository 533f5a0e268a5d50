package dev.understudy.dataset.frame;

import dev.understudy.dataset.image.ClassSpace;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
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

    /** Those frames whose index is {@code wanted}, in their order. */
    default FrameSource where(IntPredicate wanted) {
        return new Selection(this, IntStream.range(0, size()).filter(wanted).toArray());
    }

    /**
     * Some frames of a source.
     *
     * @param indices there
     */
    record Selection(FrameSource frames, int[] indices) implements FrameSource {
        @Override
        public int size() {
            return indices.length;
        }

        @Override
        public FrameRecord record(int index) {
            return frames.record(indices[index]);
        }

        @Override
        public @Nullable ClassSpace classSpace(int index) {
            return frames.classSpace(indices[index]);
        }

        @Override
        public Frame read(int index) {
            return frames.read(indices[index]);
        }
    }
}
