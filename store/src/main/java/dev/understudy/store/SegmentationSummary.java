package dev.understudy.store;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What filters may need to know of segmentation evidence without reading its pixels. The means are written too, rounded
 * to four places, for readers without our code.
 *
 * @param confidence most probable class → histogram of its probability over the pixels where it is that
 * @param entropy histogram of the normalised entropy
 * @param agreement histogram of the share of views that agree
 */
@JsonIgnoreProperties(
        value = {"meanConfidence", "meanEntropy", "meanAgreement"},
        allowGetters = true)
// Left to itself Jackson takes the means in the order of reflection, which is another one in another process.
@JsonPropertyOrder({"confidence", "entropy", "agreement", "meanConfidence", "meanEntropy", "meanAgreement"})
public record SegmentationSummary(
        SortedMap<Integer, LevelHistogram> confidence, LevelHistogram entropy, LevelHistogram agreement) {
    public SegmentationSummary {
        if (confidence.keySet().stream().anyMatch(index -> index < 0 || index > 255)) {
            throw new IllegalArgumentException("classes " + confidence.keySet() + ", expected 0 to 255");
        }
        confidence = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(confidence));
    }

    /** @param evidence whole */
    public static SegmentationSummary of(SegmentationEvidence evidence) {
        if (!evidence.isWhole()) {
            throw new IllegalArgumentException("a summary of evidence that was read in part");
        }
        long[][] byClass = new long[256][];
        LevelHistogram entropy = new LevelHistogram();
        LevelHistogram agreement = new LevelHistogram();
        for (int pixel = 0; pixel < evidence.entropy().length; pixel++) {
            int winner = evidence.classes()[pixel] & 0xFF;
            if (byClass[winner] == null) {
                byClass[winner] = new long[LevelHistogram.LEVELS];
            }
            byClass[winner][evidence.probability()[pixel] & 0xFF]++;
            entropy.add(evidence.entropy()[pixel]);
            agreement.add(evidence.agreement()[pixel]);
        }
        TreeMap<Integer, LevelHistogram> confidence = new TreeMap<>();
        for (int winner = 0; winner < byClass.length; winner++) {
            if (byClass[winner] != null) {
                confidence.put(winner, new LevelHistogram(0, byClass[winner]));
            }
        }
        return new SegmentationSummary(confidence, entropy, agreement);
    }

    /** p·255 of the most probable class, summed over pixels. */
    public long confidenceSum() {
        return confidence.values().stream().mapToLong(LevelHistogram::levelSum).sum();
    }

    /** Mean probability of the most probable class, 0–1, to four places. */
    @JsonProperty
    public BigDecimal meanConfidence() {
        return mean(confidenceSum(), entropy.total());
    }

    @JsonProperty
    public BigDecimal meanEntropy() {
        return mean(entropy.levelSum(), entropy.total());
    }

    @JsonProperty
    public BigDecimal meanAgreement() {
        return mean(agreement.levelSum(), agreement.total());
    }

    /** In decimal, since the text of a double is not the same in every version of Java. */
    private static BigDecimal mean(long levels, long pixels) {
        return pixels == 0
                ? BigDecimal.ZERO
                : BigDecimal.valueOf(levels).divide(BigDecimal.valueOf(255 * pixels), 4, RoundingMode.HALF_UP);
    }
}
