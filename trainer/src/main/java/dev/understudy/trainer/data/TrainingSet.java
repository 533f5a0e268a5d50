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
     * What decides which frames these are and what they are annotated with, beside their number: part → value in canonical
     * form. A run is resumed only with sets of the same origin. Empty = not known.
     */
    default SortedMap<String, String> origin() {
        return Collections.emptySortedMap();
    }
}
