package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Metrics that are computed from the same sums: what is counted on a frame, and what becomes of it. {@link Metrics}
 * lists all; reports, validation, comparison and gate know no metric by name. Families are stateless and safe for use
 * by several threads.
 */
public interface MetricFamily {
    /** Of its sums in files, and of its part of a report. */
    String key();

    /** What a predictor must do to be scored. */
    Task task();

    /** In the order of reports, the one that matters most first. */
    List<Metric> metrics();

    /** Whether a frame has the truth that is needed. */
    boolean isAnnotated(FrameRecord frame);

    /** Whether the options ask for it. */
    boolean isAskedFor(EvaluationOptions options);

    /**
     * Counts a frame that is annotated.
     *
     * @return sums that add up over frames, always as many for the same options; null if there is no answer to count
     */
    double @Nullable [] count(Frame frame, Prediction prediction, EvaluationOptions options);

    /**
     * How many of the sums, the first ones, are kept of every frame; the others, for reports alone, are too many for
     * that. All unless said otherwise.
     */
    default int kept(EvaluationOptions options) {
        return Integer.MAX_VALUE;
    }

    /** Whether a metric tells people anything beside the others: that all pixels have an answer goes without saying. */
    default boolean isWorthShowing(Metric metric, Map<Metric, Double> values) {
        return true;
    }

    /** Pixels that the sums are over. */
    double pixels(double[] sums);

    /** What is known by class; empty unless said otherwise. */
    default List<EvaluationReport.ClassScore> classes(double[] sums, List<String> classNames) {
        return List.of();
    }

    /** Metrics that look at a frame together with those before it in its scene: how steady what is predicted stays. */
    interface SequenceMetricFamily extends MetricFamily {
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
}
