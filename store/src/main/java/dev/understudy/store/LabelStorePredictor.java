package dev.understudy.store;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import java.util.Arrays;
import java.util.Set;

/**
 * What a store says of a frame, unfiltered: the most probable class, and the depth. So stored labels are scored by the
 * code that scores networks. Safe for use by several threads; the store stays the caller's to close.
 */
public final class LabelStorePredictor implements FramePredictor {
    private static final EvidencePlanes PLANES = new EvidencePlanes(1, false, false, true);

    private final LabelStore store;

    public LabelStorePredictor(LabelStore store) {
        this.store = store;
    }

    @Override
    public Set<Task> tasks() {
        return Set.copyOf(store.description().tasks());
    }

    /** @throws DataException if the frame is not in the store, or has another size there; see {@link FrameSource} */
    @Override
    public Prediction predict(Frame frame) {
        Evidence evidence = store.get(frame.id(), PLANES);
        if (evidence.width() != frame.width() || evidence.height() != frame.height()) {
            throw new DataException("frame " + frame.id() + " is " + frame.width() + "×" + frame.height() + ", but "
                    + evidence.width() + "×" + evidence.height() + " in the store " + store.path()
                    + "; the picture has changed since it was labelled, label it again");
        }
        SegmentationEvidence segmentation = evidence.segmentation();
        DepthEvidence depth = evidence.depth();
        return new Prediction(
                segmentation == null
                        ? null
                        : new LabelMap(
                                evidence.width(),
                                evidence.height(),
                                Arrays.copyOf(segmentation.classes(), segmentation.pixels())),
                depth == null ? null : new DepthMap(evidence.width(), evidence.height(), depth.metres()),
                null);
    }

    @Override
    public void close() {}
}
