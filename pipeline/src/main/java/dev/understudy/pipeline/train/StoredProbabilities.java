package dev.understudy.pipeline.train;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.trainer.data.SoftLabels;

/**
 * The probabilities that a store keeps, calibrated as the store says, as soft labels of what a policy made of a frame.
 * A pixel that the policy gave a class which is not among the {@code topK} most probable ones, or was told with
 * probability 0, has no soft label: the expert's probabilities say nothing of that class, so it is taught hard. So are
 * true labels. Safe for several threads.
 *
 * @param store stays the caller's to close
 * @param topK 2 or more, no more than the store keeps
 */
public record StoredProbabilities(CalibratedStore store, int topK) {
    /** @param judgement of the frame, of the same store */
    public SoftLabels of(Frame frame, Judgement judgement) {
        Evidence evidence = store.get(frame.id(), EvidencePlanes.top(topK));
        SegmentationEvidence segmentation = evidence.segmentation();
        int pixels = frame.width() * frame.height();
        if (segmentation == null || segmentation.pixels() != pixels) {
            throw new IllegalArgumentException(frame.id() + " was judged by another store");
        }
        int kept = segmentation.topK();
        SoftLabels soft = new SoftLabels(kept, new byte[pixels * kept], new byte[pixels * kept]);
        for (int pixel = 0; pixel < pixels; pixel++) {
            if (judgement.weight()[pixel] > 0
                    && tells(segmentation, pixel, judgement.classes()[pixel])) {
                for (int k = 0; k < kept; k++) {
                    copy(segmentation, k * pixels + pixel, soft, pixel * kept + k);
                }
            }
        }
        return soft;
    }

    private static boolean tells(SegmentationEvidence evidence, int pixel, byte label) {
        for (int i = pixel; i < evidence.classes().length; i += evidence.pixels()) {
            if (evidence.classes()[i] == label && evidence.probability()[i] != 0) {
                return label != (byte) LabelMap.IGNORE;
            }
        }
        return false;
    }

    /** What the expert held to be none of the classes is part of the remainder. */
    private static void copy(SegmentationEvidence evidence, int from, SoftLabels soft, int to) {
        if (evidence.classes()[from] != (byte) LabelMap.IGNORE) {
            soft.classes()[to] = evidence.classes()[from];
            soft.levels()[to] = evidence.probability()[from];
        }
    }
}
