package dev.understudy.retrain.registry;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a version did on one evaluation set. Values may be NaN: what was measured is kept as it was.
 *
 * @param set name of the evaluation set
 * @param digest of the frames and their truth; scores of different digests cannot be compared
 * @param metrics task → metric → value
 * @param classIou class → intersection over union, 0–1
 */
public record EvaluationScores(
        String set,
        String digest,
        int frames,
        SortedMap<String, SortedMap<String, Double>> metrics,
        SortedMap<String, Double> classIou) {
    public EvaluationScores {
        if (set.isBlank() || digest.isBlank() || frames < 0) {
            throw new IllegalArgumentException("scores without a set, a digest or a number of frames");
        }
        SortedMap<String, SortedMap<String, Double>> copy = new TreeMap<>();
        metrics.forEach((task, values) -> copy.put(task, Collections.unmodifiableSortedMap(new TreeMap<>(values))));
        metrics = Collections.unmodifiableSortedMap(copy);
        classIou = Collections.unmodifiableSortedMap(new TreeMap<>(classIou));
    }
}
