package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.files.DataException;
import dev.understudy.labeler.calibration.CalibratedStore;

/**
 * Keeps a pixel when another store of the same frames, another expert's or a student's, gives the same answer. Frames
 * that the other store does not have are left as they are.
 *
 * @param store name of the other store, given where the policy is applied
 * @param least 0–1, how probable the answer must be there
 */
@Named("agreement-with")
public record StoreAgreement(String store, @Default("0") double least) implements PolicyRecipe {
    public StoreAgreement {
        new Checks().notBlank("store", store).unit("least", least).verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        CalibratedStore other = context.other(store, "agreement-with");
        int level = (int) Math.ceil(least * 255 - 1e-9);
        return (frame, evidence, current) -> {
            if (!other.store().contains(frame.id())) {
                return current;
            }
            Evidence there = other.get(frame.id(), EvidencePlanes.LABELS);
            if (there.width() != current.width() || there.height() != current.height()) {
                throw new DataException("frame " + frame.id() + " is " + current.width() + "×" + current.height()
                        + " in one store and " + there.width() + "×" + there.height() + " in "
                        + other.store().path() + "; label the same pictures");
            }
            SegmentationEvidence theirs = Judgement.segmentation(there);
            return current.weighed(pixel ->
                    theirs.classes()[pixel] == current.classes()[pixel] && (theirs.probability()[pixel] & 0xFF) >= level
                            ? 1
                            : 0);
        };
    }
}
