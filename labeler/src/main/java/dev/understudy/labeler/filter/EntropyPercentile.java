package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.LevelHistogram;

/**
 * Drops the most uncertain pixels of the store by entropy (U2PL does it by batch and anneals the share from 20 % to 0). The
 * limit comes from the index lines. Pixels at the limit's level are kept, so at most {@code drop} is dropped.
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
