package dev.understudy.dataset.frame;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /**
     * What a predictor says of one frame, at the frame's own size; null for a task that it does not do.
     */
    record Prediction(
            @Nullable LabelMap segmentation,
            @Nullable DepthMap depth,
            @Nullable NormalMap normals) {}
}
