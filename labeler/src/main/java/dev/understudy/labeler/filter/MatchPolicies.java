package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.labeler.filter.ConfidencePolicies.Threshold;
import java.util.Arrays;
import java.util.Map;

/**
 * Policies whose thresholds follow what the expert says of all frames, class by class, as semi-supervised learning has
 * them.
 */
public final class MatchPolicies {
    private MatchPolicies() {}

    /**
     * Lowers the threshold of classes that the expert is seldom sure of (FlexMatch, TorchSSL's formula): p₁ ≥ τ·a_c/(2
     * − a_c), where a_c is the number of pixels of the store labelled c with p₁ ≥ τ, divided by the largest such
     * number. Where no pixel at all is above τ, nothing is lowered.
     *
     * @param probability τ, 0–1
     */
    @Named("flex-match")
    public record FlexMatch(@Default("0.95") double probability) implements PolicyRecipe {
        public FlexMatch {
            new Checks().unit("probability", probability).verify();
        }

        @Override
        public FilterPolicy policy(FilterContext context) {
            Map<Integer, LevelHistogram> confidence = context.statistics().confidence();
            int level = (int) Math.ceil(probability * 255 - 1e-9);
            long most = confidence.values().stream()
                    .mapToLong(histogram -> histogram.countFrom(level))
                    .max()
                    .orElse(0);
            float[] least = new float[256];
            java.util.Arrays.fill(least, most == 0 ? (float) probability : 0);
            if (most > 0) {
                confidence.forEach((label, histogram) -> {
                    double share = (double) histogram.countFrom(level) / most;
                    least[label] = (float) (probability * share / (2 - share));
                });
            }
            return Threshold.atLeast(least);
        }
    }

    /**
     * Sets the thresholds by what the expert says of the store (FreeMatch, Wang et al. 2023): τ_c = τ·p̃_c / max p̃,
     * with τ the mean confidence of all pixels and p̃_c the mean probability of class c. The index lines know the
     * probability of the most probable class only, so p̃_c counts it where c is that, and nothing elsewhere. A class
     * that is never the most probable has threshold 0.
     *
     * @param most 0–1, the highest that a threshold gets
     */
    @Named("free-match")
    public record FreeMatch(@Default("1") double most) implements PolicyRecipe {
        public FreeMatch {
            new Checks().unit("most", most).verify();
        }

        @Override
        public FilterPolicy policy(FilterContext context) {
            Map<Integer, LevelHistogram> confidence = context.statistics().confidence();
            double overall = context.statistics().overallConfidence().mean();
            long largest = confidence.values().stream()
                    .mapToLong(LevelHistogram::levelSum)
                    .max()
                    .orElse(0);
            float[] least = new float[256];
            Arrays.fill(least, 0);
            confidence.forEach((label, histogram) -> {
                double share = largest == 0 ? 1 : (double) histogram.levelSum() / largest;
                least[label] = (float) Math.min(most, overall * share);
            });
            return Threshold.atLeast(least);
        }
    }

    /**
     * Weighs rather than drops (SoftMatch, TorchSSL's formula): exp(−min(0, p₁ − μ)²·n²/(2σ²)), with μ and σ² the mean
     * and the variance of p₁ over all pixels of the store, or over those of the pixel's class.
     *
     * @param sigmas n, greater than 0
     * @param perClass whether each class has its own μ and σ²
     */
    @Named("soft-match")
    public record SoftMatch(
            @Default("2") double sigmas, @Default("false") boolean perClass) implements PolicyRecipe {
        public SoftMatch {
            new Checks().positive("sigmas", sigmas).verify();
        }

        @Override
        public FilterPolicy policy(FilterContext context) {
            double[] mean = new double[256];
            double[] scale = new double[256];
            LevelHistogram all = context.statistics().overallConfidence();
            Arrays.fill(mean, all.mean());
            Arrays.fill(scale, scale(all));
            if (perClass) {
                context.statistics().confidence().forEach((label, histogram) -> {
                    mean[label] = histogram.mean();
                    scale[label] = scale(histogram);
                });
            }
            return (frame, evidence, current) -> current.weighed(pixel -> {
                int label = current.classes()[pixel] & 0xFF;
                double below = Math.min(0, current.confidence()[pixel] - mean[label]);
                return below == 0 ? 1 : (float) Math.exp(-below * below * scale[label]);
            });
        }

        /** n²/(2σ²); where all pixels are alike, what is below them counts next to nothing. */
        private double scale(LevelHistogram histogram) {
            double mean = histogram.mean();
            double sum = 0;
            for (int level = 0; level < LevelHistogram.LEVELS; level++) {
                double off = level / 255.0 - mean;
                sum += histogram.count(level) * off * off;
            }
            double variance = sum / Math.max(1, histogram.total());
            return sigmas * sigmas / (2 * Math.max(variance, 1e-8));
        }
    }
}
