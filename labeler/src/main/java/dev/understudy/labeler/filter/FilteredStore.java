package dev.understudy.labeler.filter;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.DataException;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.Judgement.LabelJudge;
import dev.understudy.store.LabelStore;
import java.util.Set;

/**
 * A store as a policy sees it: the one way in which training, export and evaluation read filtered labels. Reads the
 * planes that the policy asks for, calibrated as the store says, and shows the policy no truth. The store stays the
 * caller's to close. Safe for use by several threads.
 */
public final class FilteredStore implements LabelJudge {
    private final CalibratedStore store;
    private final FilterPolicy policy;
    /** For who asks for nothing else; reads less if it can. */
    private final FilterPolicy keeping;

    public FilteredStore(CalibratedStore store, FilterPolicy policy) {
        if (!store.store().description().hasSegmentation()) {
            throw new IllegalArgumentException(store.store().path() + " holds no segmentation to filter");
        }
        this.store = store;
        this.policy = policy;
        this.keeping = policy.keeping();
    }

    /** @throws DataException if the frame is not in the store, or has another size there */
    public PseudoLabel get(Frame frame) {
        return judge(frame, keeping).kept();
    }

    /** As {@link #get}, with the answers and confidences of what is dropped. */
    @Override
    public Judgement judge(Frame frame) {
        return judge(frame, policy);
    }

    private Judgement judge(Frame frame, FilterPolicy policy) {
        Evidence evidence = store.get(frame.id(), policy.planes());
        if (evidence.width() != frame.width() || evidence.height() != frame.height()) {
            throw new DataException("frame " + frame.id() + " is " + frame.width() + "×" + frame.height() + ", but "
                    + evidence.width() + "×" + evidence.height() + " in the store "
                    + store.store().path() + "; the picture has changed since it was labelled, label it again");
        }
        return policy.judge(frame.withoutTruth(), evidence);
    }

    /**
     * What a policy makes of a store's labels, to be scored against truth: dropped pixels have no answer, so scores are
     * those of the kept labels and the coverage says how many these are. The store stays the caller's to close.
     */
    public static final class FilteredStorePredictor implements FramePredictor {
        private final FilteredStore store;

        public FilteredStorePredictor(LabelStore store, FilterPolicy policy) {
            this(new FilteredStore(new CalibratedStore(store), policy));
        }

        public FilteredStorePredictor(FilteredStore store) {
            this.store = store;
        }

        @Override
        public Set<Task> tasks() {
            return Set.of(Task.SEGMENTATION);
        }

        @Override
        public Prediction predict(Frame frame) {
            return new Prediction(store.get(frame).labels(), null, null);
        }

        @Override
        public void close() {}
    }
}
