package dev.understudy.labeler.filter;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.Prediction;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.store.LabelStore;
import java.util.Set;

/**
 * What a policy makes of a store's labels, to be scored against truth: dropped pixels have no answer, so scores are those
 * of the kept labels and the coverage says how many these are. The store stays the caller's to close.
 */
public final class FilteredStorePredictor implements FramePredictor {
    private final LabelStore store;
    private final FilterPolicy policy;

    public FilteredStorePredictor(LabelStore store, FilterPolicy policy) {
        if (!store.description().hasSegmentation()) {
            throw new IllegalArgumentException(store.path() + " holds no segmentation to filter");
        }
        this.store = store;
        this.policy = policy;
    }

    @Override
    public Set<Task> tasks() {
        return Set.of(Task.SEGMENTATION);
    }

    @Override
    public Prediction predict(Frame frame) {
        return new Prediction(policy.apply(frame, store.get(frame.id())).labels(), null, null);
    }

    @Override
    public void close() {}
}
