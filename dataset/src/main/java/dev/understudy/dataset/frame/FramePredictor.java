package dev.understudy.dataset.frame;

import java.util.Set;

/**
 * Anything that can be scored against ground truth: an expert, a student, a label store. One thread at a time.
 */
public interface FramePredictor extends AutoCloseable {
    /** The tasks whose maps {@link #predict} fills. */
    Set<Task> tasks();

    /** Predicts at the frame's own size; the same frame always gets the same prediction. */
    Prediction predict(Frame frame);

    /** Releases native memory; closing twice does nothing. */
    @Override
    void close();
}
