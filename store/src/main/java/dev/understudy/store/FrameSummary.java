package dev.understudy.store;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One line of a shard's index, {@code shards/<id>.jsonl}: a frame without its pixels. {@code id} is written first.
 *
 * @param segmentation null when the store keeps none
 * @param depth null when the store keeps none
 */
public record FrameSummary(
        String id,
        int width,
        int height,
        @Nullable SegmentationSummary segmentation,
        @Nullable DepthSummary depth) {

    public static FrameSummary of(String id, Evidence evidence) {
        SegmentationEvidence segmentation = evidence.segmentation();
        DepthEvidence depth = evidence.depth();
        return new FrameSummary(
                id,
                evidence.width(),
                evidence.height(),
                segmentation == null ? null : SegmentationSummary.of(segmentation),
                depth == null ? null : DepthSummary.of(depth));
    }

    /**
     * What depth evidence amounts to over a frame, in metres.
     *
     * @param min smallest prediction
     * @param max largest prediction
     * @param mean rounded to 1/10000 m
     * @param meanSpread mean of the standard deviation over test-time views, rounded likewise
     */
    public record DepthSummary(float min, float max, double mean, double meanSpread) {
        private static final double STEPS = 1e4;

        public static DepthSummary of(DepthEvidence evidence) {
            float min = Float.POSITIVE_INFINITY;
            float max = Float.NEGATIVE_INFINITY;
            double sum = 0;
            double spread = 0;
            for (int pixel = 0; pixel < evidence.metres().length; pixel++) {
                float metres = evidence.metres()[pixel];
                min = Math.min(min, metres);
                max = Math.max(max, metres);
                sum += metres;
                spread += evidence.spread()[pixel];
            }
            int pixels = evidence.metres().length;
            return new DepthSummary(min, max, rounded(sum / pixels), rounded(spread / pixels));
        }

        private static double rounded(double value) {
            return Math.rint(value * STEPS) / STEPS;
        }
    }

    /**
     * What filters may need to know of segmentation evidence without reading its pixels. The means are written too,
     * rounded to four places, for readers without our code.
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
            entropy.add(evidence.entropy());
            LevelHistogram agreement = new LevelHistogram();
            agreement.add(evidence.agreement());
            for (int pixel = 0; pixel < evidence.entropy().length; pixel++) {
                int winner = evidence.classes()[pixel] & 0xFF;
                if (byClass[winner] == null) {
                    byClass[winner] = new long[LevelHistogram.LEVELS];
                }
                byClass[winner][evidence.probability()[pixel] & 0xFF]++;
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
            return confidence.values().stream()
                    .mapToLong(LevelHistogram::levelSum)
                    .sum();
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
}
