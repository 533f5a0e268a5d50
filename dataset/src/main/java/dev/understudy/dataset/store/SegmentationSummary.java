package dev.understudy.dataset.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What filters may need to know of segmentation evidence without reading its pixels.
 *
 * @param confidence most probable class → histogram of its probability over the pixels where it is that
 * @param entropy histogram of the normalised entropy
 * @param agreement histogram of the share of views that agree
 */
public record SegmentationSummary(
        SortedMap<Integer, LevelHistogram> confidence, LevelHistogram entropy, LevelHistogram agreement) {
    public SegmentationSummary {
        confidence = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(confidence));
    }

    public static SegmentationSummary of(SegmentationEvidence evidence) {
        TreeMap<Integer, LevelHistogram> confidence = new TreeMap<>();
        LevelHistogram[] byClass = new LevelHistogram[256];
        LevelHistogram entropy = new LevelHistogram();
        LevelHistogram agreement = new LevelHistogram();
        for (int pixel = 0; pixel < evidence.entropy().length; pixel++) {
            int winner = evidence.classes()[pixel] & 0xFF;
            if (byClass[winner] == null) {
                byClass[winner] = new LevelHistogram();
                confidence.put(winner, byClass[winner]);
            }
            byClass[winner].add(evidence.probability()[pixel]);
            entropy.add(evidence.entropy()[pixel]);
            agreement.add(evidence.agreement()[pixel]);
        }
        return new SegmentationSummary(confidence, entropy, agreement);
    }

    /** Mean probability of the most probable class, 0–1. */
    @JsonIgnore
    public double meanConfidence() {
        long pixels = entropy.total();
        long levels =
                confidence.values().stream().mapToLong(LevelHistogram::levelSum).sum();
        return pixels == 0 ? 0 : levels / (255.0 * pixels);
    }
}
