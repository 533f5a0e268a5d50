package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;

/**
 * One weight for a whole frame: the share of its pixels that are at least so probable (DAFormer, which does it by batch).
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
