package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.EvidencePlanes;

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
