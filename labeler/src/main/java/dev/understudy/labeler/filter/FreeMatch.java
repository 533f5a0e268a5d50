package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.LevelHistogram;
import java.util.Arrays;
import java.util.Map;

/**
 * Sets the thresholds by what the expert says of the store (FreeMatch, Wang et al. 2023): τ_c = τ·p̃_c / max p̃, with τ the
 * mean confidence of all pixels and p̃_c the mean probability of class c. The index lines know the probability of the most
 * probable class only, so p̃_c counts it where c is that, and nothing elsewhere. A class that is never the most probable has
 * threshold 0.
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
