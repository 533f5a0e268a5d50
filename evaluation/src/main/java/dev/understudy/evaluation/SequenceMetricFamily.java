package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Prediction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Metrics that look at a frame together with those before it in its scene: how steady what is predicted stays. */
public interface SequenceMetricFamily extends MetricFamily {
    /** How many of the frames before it are looked at, beside the frame. */
    int reach();

    /**
     * Counts a frame.
     *
     * @param earlier those before it in its scene that are annotated for this family, the last one first; at most
     *     {@link #reach}, fewer at the scene's beginning
     * @return as {@link MetricFamily#count}; null where there is nothing to compare with
     */
    double @Nullable [] count(Answered frame, List<Answered> earlier, EvaluationOptions options);

    @Override
    default double @Nullable [] count(Frame frame, Prediction prediction, EvaluationOptions options) {
        return count(new Answered(frame, prediction), List.of(), options);
    }

    /** Whether it is known which place a frame shows, and from where. */
    @Override
    default boolean isAnnotated(FrameRecord frame) {
        return frame.scene() != null && frame.depth() != null && frame.pose() != null && frame.intrinsics() != null;
    }

    /** A frame and what was predicted of it. */
    record Answered(Frame frame, Prediction prediction) {}
}
