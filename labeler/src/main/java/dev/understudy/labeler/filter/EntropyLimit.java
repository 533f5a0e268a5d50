package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.EvidencePlanes;

/**
 * Keeps a pixel when the expert's entropy over all classes is low enough.
 *
 * @param most 0–1, entropy ÷ ln(number of classes); acts in steps of 1/255
 */
@Named("entropy")
public record EntropyLimit(@Default("0.3") double most) implements PolicyRecipe {
    public EntropyLimit {
        new Checks().unit("most", most).verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        return atMost((int) Math.floor(most * 255 + 1e-9));
    }

    static FilterPolicy atMost(int level) {
        FilterPolicy policy = (frame, evidence, current) -> {
            byte[] entropy = Judgement.segmentation(evidence).entropy();
            return current.weighed(pixel -> (entropy[pixel] & 0xFF) <= level ? 1 : 0);
        };
        return policy.reading(EvidencePlanes.LABELS.withEntropy());
    }
}
