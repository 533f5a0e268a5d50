package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.EvidencePlanes;

/** Policies that look at what the expert's views of a pixel, or several views of a place, agreed on. */
public final class ViewPolicies {
    private ViewPolicies() {}

    /**
     * Keeps a pixel when enough of the test-time views voted for the expert's answer. Keeps everything of a store with
     * one view.
     *
     * @param least 0–1, share of the views
     */
    @Named("view-agreement")
    public record ViewAgreement(@Default("1") double least) implements PolicyRecipe {
        public ViewAgreement {
            new Checks().unit("least", least).verify();
        }

        /** Shares are rounded to 1/255 when they are stored: 0.6667 must let two of three views pass. */
        @Override
        public FilterPolicy policy(FilterContext context) {
            int level = (int) Math.rint(least * 255);
            FilterPolicy policy = (frame, evidence, current) -> {
                byte[] agreement = Judgement.segmentation(evidence).agreement();
                return current.weighed(pixel -> (agreement[pixel] & 0xFF) >= level ? 1 : 0);
            };
            return policy.reading(EvidencePlanes.LABELS.withAgreement());
        }
    }

    /**
     * Keeps a pixel when enough views of its place had a say. For stores that {@code fuse} made; of a store of single
     * frames it is known that one view saw a place, and no more.
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
}
