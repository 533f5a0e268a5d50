package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.labeler.filter.ConfidencePolicies.EntropyLimit;
import dev.understudy.labeler.filter.ConfidencePolicies.Threshold;
import java.util.Arrays;
import java.util.Map;

/** Policies that look at how sure the expert was of each pixel, by itself. */
public final class ConfidencePolicies {
    private ConfidencePolicies() {}

    /**
     * Keeps a pixel when its answer is at least so probable (FixMatch, UniMatch). Stored probabilities are multiples of
     * 1/255, so on the expert's own answers thresholds act in steps of that; 0 keeps everything, 1 what was rounded to
     * 1.
     *
     * @param probability 0–1, for every class without one of its own
     * @param classes class name → threshold of its own
     */
    @Named("threshold")
    public record Threshold(
            @Default("0.9") double probability,
            @Default("{}") Map<String, Double> classes) implements PolicyRecipe {
        /** Less than a stored step, more than the rounding of a float. */
        static final float ROUNDING = 1e-6f;

        public Threshold {
            Checks checks = new Checks().unit("probability", probability);
            classes.forEach((name, value) -> checks.unit("classes." + name, value));
            checks.verify();
        }

        @Override
        public FilterPolicy policy(FilterContext context) {
            float[] least = new float[256];
            Arrays.fill(least, (float) probability);
            context.byIndex(classes, "threshold").forEach((index, value) -> least[index] = value.floatValue());
            return atLeast(least);
        }

        /** @param least by class */
        static FilterPolicy atLeast(float[] least) {
            return (frame, evidence, current) -> current.weighed(
                    pixel -> current.confidence()[pixel] >= least[current.classes()[pixel] & 0xFF] - ROUNDING ? 1 : 0);
        }
    }

    /**
     * Keeps a pixel when the expert's first class is clearly more probable than its second.
     *
     * @param least 0–1, of p₁ − p₂; acts in steps of 1/255
     */
    @Named("margin")
    public record Margin(@Default("0.5") double least) implements PolicyRecipe {
        public Margin {
            new Checks().unit("least", least).verify();
        }

        @Override
        public FilterPolicy policy(FilterContext context) {
            context.requireTop(2, "margin");
            int level = (int) Math.ceil(least * 255 - 1e-9);
            FilterPolicy policy = (frame, evidence, current) -> {
                byte[] probability = Judgement.segmentation(evidence).probability();
                int pixels = current.pixels();
                return current.weighed(
                        pixel -> (probability[pixel] & 0xFF) - (probability[pixels + pixel] & 0xFF) >= level ? 1 : 0);
            };
            return policy.reading(EvidencePlanes.top(2));
        }
    }

    /**
     * Keeps a pixel when the expert's entropy over all classes is low enough.
     *
     * @param most 0–1, entropy ÷ ln(number of classes); acts in steps of 1/255
     */
    @Named("entropy")
    public record EntropyLimit(@Default("0.3") double most) implements PolicyRecipe {
        public EntropyLimit {
            new Checks().unit("most", most).verify();
        }

        @Override
        public FilterPolicy policy(FilterContext context) {
            return atMost((int) Math.floor(most * 255 + 1e-9));
        }

        static FilterPolicy atMost(int level) {
            FilterPolicy policy = (frame, evidence, current) -> {
                byte[] entropy = Judgement.segmentation(evidence).entropy();
                return current.weighed(pixel -> (entropy[pixel] & 0xFF) <= level ? 1 : 0);
            };
            return policy.reading(EvidencePlanes.LABELS.withEntropy());
        }
    }

    /**
     * Drops the most uncertain pixels of the store by entropy (U2PL does it by batch and anneals the share from 20 % to
     * 0). The limit comes from the index lines. Pixels at the limit's level are kept, so at most {@code drop} is
     * dropped.
     *
     * @param drop 0–1
     */
    @Named("entropy-percentile")
    public record EntropyPercentile(@Default("0.2") double drop) implements PolicyRecipe {
        public EntropyPercentile {
            new Checks().unit("drop", drop).verify();
        }

        @Override
        public FilterPolicy policy(FilterContext context) {
            LevelHistogram entropy = context.statistics().entropy();
            double kept = (1 - drop) * entropy.total();
            long below = 0;
            int limit = 0;
            for (int level = 0; level < LevelHistogram.LEVELS && below < kept; level++) {
                below += entropy.count(level);
                limit = level;
            }
            return EntropyLimit.atMost(limit);
        }
    }

    /**
     * One weight for a whole frame: the share of its pixels that are at least so probable (DAFormer, which does it by
     * batch).
     *
     * @param probability 0–1
     */
    @Named("batch-weight")
    public record BatchWeight(@Default("0.968") double probability) implements PolicyRecipe {
        public BatchWeight {
            new Checks().unit("probability", probability).verify();
        }

        @Override
        public FilterPolicy policy(FilterContext context) {
            return (frame, evidence, current) -> {
                int sure = 0;
                for (float confidence : current.confidence()) {
                    sure += confidence >= probability - Threshold.ROUNDING ? 1 : 0;
                }
                float weight = (float) sure / current.pixels();
                return current.weighed(pixel -> weight);
            };
        }
    }
}
