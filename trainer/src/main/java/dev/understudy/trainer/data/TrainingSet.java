package dev.understudy.trainer.data;

/** Training frames by position. The order is fixed; safe for several threads at once. */
public interface TrainingSet {
    int size();

    /**
     * Reads and decodes frame {@code index}.
     *
     * @throws dev.understudy.dataset.DataException if it cannot be read
     */
    TrainingFrame get(int index);
}
