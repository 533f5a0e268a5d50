package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.EvidencePlanes;

/**
 * Keeps a pixel when enough views of its place had a say. For stores that {@code fuse} made; of a store of single frames it
 * is known that one view saw a place, and no more.
 *
 * @param views 1–255
 */
@Named("seen-by")
public record SeenBy(@Default("3") int views) implements PolicyRecipe {
    public SeenBy {
        new Checks().inRange("views", views, 1, 255).verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        FilterPolicy policy = (frame, evidence, current) -> {
            byte[] seen = Judgement.segmentation(evidence).views();
            if (seen.length == 0 && views > 1) {
                throw new ConfigurationException(
                        "seen-by: the store does not know how many views saw a place; apply it to a store that"
                                + " understudy fuse made");
            }
            return current.weighed(pixel -> views == 1 || (seen[pixel] & 0xFF) >= views ? 1 : 0);
        };
        return policy.reading(EvidencePlanes.LABELS.withViews());
    }
}
