package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.files.DataException;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.reliability.ReliabilityFile;
import dev.understudy.labeler.reliability.ReliabilityModel;
import dev.understudy.store.LabelStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a pixel when its label is at least so likely to be right, by what {@code calibrate --method learned} learned
 * from the store's annotated frames. That probability becomes the pixel's confidence and, of what is kept, its weight.
 * An answer that an earlier policy changed keeps the confidence which that policy gave it.
 *
 * @param least 0–1; 0 keeps everything
 * @param weigh whether what is kept counts as much as it is likely to be right; otherwise it counts whole
 * @param other name of the second store that it was learned with, given where the policy is applied; null = with none
 */
@Named("reliability")
public record LearnedReliability(
        @Default("0.7") double least,
        @Default("true") boolean weigh,
        @Nullable String other) implements PolicyRecipe {
    private static final EvidencePlanes PLANES = new EvidencePlanes(255, false, true, false);

    public LearnedReliability {
        new Checks().unit("least", least).verify();
    }

    /** Learned of one store alone. */
    public LearnedReliability(double least, boolean weigh) {
        this(least, weigh, null);
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        CalibratedStore store = context.store("reliability");
        ReliabilityModel model = ReliabilityFile.read(store.store());
        LabelStore beside = beside(context, model);
        ReliabilityModel.Judge judge = model.judge();
        boolean calibrated = store.store().description().calibration() != null;
        FilterPolicy policy = (frame, evidence, current) -> {
            // It was learned on what the expert answered, whatever a calibration makes of that
            SegmentationEvidence uncalibrated =
                    Judgement.segmentation(calibrated ? store.store().get(frame.id(), PLANES) : evidence);
            float[] learned =
                    judge.reliability(frame, uncalibrated, beside == null ? null : evidence(beside, frame.id()));
            return judged(current, uncalibrated.classes(), learned);
        };
        return policy.reading(calibrated ? EvidencePlanes.LABELS : PLANES);
    }

    /** @param learned by pixel; what it is not about becomes the confidence that there is */
    private Judgement judged(Judgement current, byte[] said, float[] learned) {
        byte[] answers = current.classes();
        float[] weight = current.weight().clone();
        for (int pixel = 0; pixel < weight.length; pixel++) {
            if (learned[pixel] < 0 || answers[pixel] != said[pixel]) {
                learned[pixel] = current.confidence()[pixel];
            }
            if (weight[pixel] > 0) {
                float most = weigh ? learned[pixel] : 1;
                weight[pixel] = learned[pixel] < least ? 0 : Math.min(weight[pixel], most);
            }
        }
        return new Judgement(current.width(), current.height(), answers, learned, weight);
    }

    private @Nullable LabelStore beside(FilterContext context, ReliabilityModel model) {
        if (other == null && !model.hasBeside()) {
            return null;
        }
        if (other == null) {
            throw new ConfigurationException("reliability: was learned with a second store beside, and none is named;"
                    + " say {reliability: {other: NAME}} and which store that is, or learn again without");
        }
        LabelStore beside = context.other(other, "reliability").store();
        String fingerprint = beside.description().fingerprint().digest();
        if (!fingerprint.equals(model.beside())) {
            throw new ConfigurationException("reliability: other store " + beside.path() + " has the fingerprint "
                    + fingerprint + ", expected "
                    + (model.hasBeside() ? model.beside() : "no other store, as it was learned with none")
                    + "; name the store that it was learned with, or run 'calibrate --method learned --other' again");
        }
        return beside;
    }

    private static SegmentationEvidence evidence(LabelStore beside, String id) {
        if (!beside.contains(id)) {
            throw new DataException("frame " + id + " is not in " + beside.path()
                    + ", which its reliability was learned with; have both experts label it");
        }
        return Judgement.segmentation(beside.get(id, PLANES));
    }
}
