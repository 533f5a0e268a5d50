package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.reliability.ReliabilityFile;
import dev.understudy.labeler.reliability.ReliabilityModel;

/**
 * Keeps a pixel when its label is at least so likely to be right, by what {@code calibrate --method learned} learned from the
 * store's annotated frames. That probability becomes the pixel's confidence and, of what is kept, its weight. An answer that
 * an earlier policy changed keeps the confidence which that policy gave it.
 *
 * @param least 0–1; 0 keeps everything
 * @param weigh whether what is kept counts as much as it is likely to be right; otherwise it counts whole
 */
@Named("reliability")
public record LearnedReliability(
        @Default("0.7") double least, @Default("true") boolean weigh) implements PolicyRecipe {
    private static final EvidencePlanes PLANES = new EvidencePlanes(255, false, true, false);

    public LearnedReliability {
        new Checks().unit("least", least).verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        CalibratedStore store = context.store("reliability");
        ReliabilityModel model = ReliabilityFile.read(store.store());
        boolean calibrated = store.store().description().calibration() != null;
        FilterPolicy policy = (frame, evidence, current) -> {
            // It was learned on what the expert said, whatever a calibration makes of that
            SegmentationEvidence said =
                    Judgement.segmentation(calibrated ? store.store().get(frame.id(), PLANES) : evidence);
            float[] learned = model.reliability(frame, said);
            for (int pixel = 0; pixel < learned.length; pixel++) {
                if (learned[pixel] < 0 || current.classes()[pixel] != said.classes()[pixel]) {
                    learned[pixel] = current.confidence()[pixel];
                }
            }
            Judgement judged = current.answered(current.classes(), learned);
            return judged.weighed(pixel -> learned[pixel] < least ? 0 : weigh ? learned[pixel] : 1);
        };
        return policy.reading(calibrated ? EvidencePlanes.LABELS : PLANES);
    }
}
