package dev.understudy.pipeline.train;

import java.nio.file.Path;

/**
 * The truth of frames that a store labels, and what is done with it: the bounds that an ablation measures filters by.
 *
 * @param manifest of the same frames, by id, with their segmentation
 */
public record TruthConfiguration(Path manifest, Use use) {
    /** What a student gets. */
    public enum Use {
        /** The store's labels, as the policy leaves them, without those that are wrong. */
        FILTER,
        /** The true labels in place of the store's. */
        LABELS
    }
}
