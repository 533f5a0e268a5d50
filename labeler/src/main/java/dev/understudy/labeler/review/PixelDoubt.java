package dev.understudy.labeler.review;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.files.DataException;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.Judgement;
import java.util.Collection;
import java.util.List;

/**
 * How likely each answer is wrong, by all that a store and others know. An answer is right if all who speak of it are:
 * the policy's confidence; the share of test-time views that agree; and, where another store says another class, the
 * improbability of that one. Safe for several threads.
 */
public final class PixelDoubt {
    private static final EvidencePlanes VIEWS = new EvidencePlanes(1, false, true, false);

    private final CalibratedStore store;
    private final List<CalibratedStore> others;

    /** @param others of the same frames by other experts; those that lack a frame say nothing of it */
    public PixelDoubt(CalibratedStore store, Collection<CalibratedStore> others) {
        this.store = store;
        this.others = List.copyOf(others);
    }

    /** [H,W], 0–1: that the judgement's answer is wrong. */
    public float[] of(Frame frame, Judgement judgement) {
        float[] right = judgement.confidence().clone();
        SegmentationEvidence own = segmentation(store, frame, VIEWS);
        for (int i = 0; i < right.length; i++) {
            // Where the policy gives another answer than the expert, the expert's views do not speak of it.
            if (own.classes()[i] == judgement.classes()[i]) {
                right[i] *= (own.agreement()[i] & 0xFF) / 255f;
            }
        }
        for (CalibratedStore other : others) {
            if (other.store().contains(frame.id())) {
                SegmentationEvidence said = segmentation(other, frame, EvidencePlanes.LABELS);
                for (int i = 0; i < right.length; i++) {
                    if (said.classes()[i] != judgement.classes()[i]) {
                        right[i] *= 1 - (said.probability()[i] & 0xFF) / 255f;
                    }
                }
            }
        }
        for (int i = 0; i < right.length; i++) {
            right[i] = 1 - right[i];
        }
        return right;
    }

    private static SegmentationEvidence segmentation(CalibratedStore store, Frame frame, EvidencePlanes planes) {
        Evidence evidence = store.get(frame.id(), planes);
        SegmentationEvidence segmentation = evidence.segmentation();
        if (segmentation == null || evidence.width() != frame.width() || evidence.height() != frame.height()) {
            throw new DataException("frame " + frame.id() + ": found "
                    + (segmentation == null ? "no labels" : evidence.width() + "×" + evidence.height()) + " in "
                    + store.store().path() + ", expected labels of " + frame.width() + "×" + frame.height()
                    + "; compare stores of labels of the same pictures");
        }
        return segmentation;
    }
}
