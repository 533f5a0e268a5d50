package dev.understudy.retrain.step;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a policy keeps of the labels of new frames.
 *
 * @param frames that were looked at
 * @param pixels of these with a label
 * @param kept of these that the policy keeps
 * @param classes by name of the class that the labeller said
 */
public record KeptLabels(int frames, long pixels, long kept, SortedMap<String, Count> classes) {
    /** @param labelled pixels that the labeller gave this class */
    public record Count(long labelled, long kept) {
        Count plus(Count other) {
            return new Count(labelled + other.labelled, kept + other.kept);
        }

        public double share() {
            return labelled == 0 ? 0 : (double) kept / labelled;
        }
    }

    public KeptLabels {
        classes = Collections.unmodifiableSortedMap(new TreeMap<>(classes));
    }

    /** 0–1. */
    public double share() {
        return pixels == 0 ? 0 : (double) kept / pixels;
    }
}
