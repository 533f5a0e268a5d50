package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.LevelHistogram;
import java.util.Map;

/**
 * Lowers the threshold of classes that the expert is seldom sure of (FlexMatch, TorchSSL's formula): p₁ ≥ τ·a_c/(2 − a_c),
 * where a_c is the number of pixels of the store labelled c with p₁ ≥ τ, divided by the largest such number. Where no pixel
 * at all is above τ, nothing is lowered.
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
