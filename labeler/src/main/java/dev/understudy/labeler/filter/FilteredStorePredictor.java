package dev.understudy.labeler.filter;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.Task;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.store.LabelStore;
import java.util.Set;

/**
 * What a policy makes of a store's labels, to be scored against truth: dropped pixels have no answer, so scores are
 * those of the kept labels and the coverage says how many these are. The store stays the caller's to close.
 */
public final class FilteredStorePredictor implements FramePredictor {
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
