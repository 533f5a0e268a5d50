package dev.understudy.trainer.data;

import java.util.Collections;
import java.util.SortedMap;

/** Training frames by position. The order is fixed; safe for several threads at once. */
public interface TrainingSet {
    int size();

    /**
     * Reads and decodes frame {@code index}.
     *
     * @throws dev.understudy.files.DataException if it cannot be read
     */
    TrainingFrame get(int index);

    /**
     * What decides which frames these are and what they are annotated with, beside their number: part → value in
     * canonical form. A run is resumed only with sets of the same origin. Empty = not known.
     */
    default SortedMap<String, String> origin() {
        return Collections.emptySortedMap();
    }

    /**
     * The frame that comes next to frame {@code index} in a batch, for losses that compare two views of a scene: one
     * near it in time, whose {@link TrainingFrame#view} is known as this one's is; −1 = none.
     */
    default int partner(int index) {
        return -1;
    }

    /**
     * The frames of another set, in its order, changed or not: all that is known of them beside their content stays.
     */
    interface Wrapper extends TrainingSet {
        TrainingSet frames();

        @Override
        default int size() {
            return frames().size();
        }

        @Override
        default SortedMap<String, String> origin() {
            return frames().origin();
        }

        @Override
        default int partner(int index) {
            return frames().partner(index);
        }
    }
}
