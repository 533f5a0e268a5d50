package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.LevelHistogram;
import java.util.Arrays;

/**
 * Weighs rather than drops (SoftMatch, TorchSSL's formula): exp(−min(0, p₁ − μ)²·n²/(2σ²)), with μ and σ² the mean and the
 * variance of p₁ over all pixels of the store, or over those of the pixel's class.
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
