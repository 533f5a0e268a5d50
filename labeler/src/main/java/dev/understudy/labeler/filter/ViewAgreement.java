package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.EvidencePlanes;

/**
 * Keeps a pixel when enough of the test-time views voted for the expert's answer. Keeps everything of a store with one view.
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
