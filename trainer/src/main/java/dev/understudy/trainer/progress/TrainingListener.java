package dev.understudy.trainer.progress;

import dev.understudy.dataset.frame.Task;
import dev.understudy.trainer.loss.JointLossValue;
import java.util.List;

/** Is told what happens, on the thread that trains, in order; what it does adds to the time of a step. */
public interface TrainingListener extends AutoCloseable {
    /** Training begins, or goes on, with {@code done} steps behind it. */
    default void started(long done, long steps) {}

    /** Something was done that is neither a step nor a validation, for people to read. */
    default void noted(String what) {}

    default void stepped(StepReport report) {}

    default void validated(ValidationReport report) {}

    /** Training has ended, well or not; a listener closes what it holds. */
    @Override
    default void close() {}

    /**
     * A validation.
     *
     * @param step of the whole run after which it was made
     * @param epoch of the stage, fractional
     * @param scores the first of each task is the one that decides
     * @param best whether these weights are now the best
     */
    record ValidationReport(String stage, long step, double epoch, List<Score> scores, boolean best) {
        public ValidationReport {
            scores = List.copyOf(scores);
        }
    }

    /**
     * A step that was taken.
     *
     * @param stage its name
     * @param step of the whole run, 1 for the first
     * @param steps of the whole run
     * @param epoch of the stage, fractional
     * @param factor of the schedule on all rates
     * @param frames of the batch
     * @param nanos that the step took
     * @param waitedNanos of these, for the batch
     */
    record StepReport(
            String stage,
            long step,
            long steps,
            double epoch,
            JointLossValue loss,
            double factor,
            List<String> frames,
            long nanos,
            long waitedNanos) {}

    /**
     * One number of a validation.
     *
     * @param metric for example {@code miou} or {@code rmse}
     */
    record Score(Task task, String metric, double value, boolean higherIsBetter) {
        /** For example {@code segmentation.miou}. */
        public String name() {
            return task.key() + "." + metric;
        }

        /** Whether this is better than {@code other} of the same metric; NaN is never better. */
        public boolean beats(double other) {
            return higherIsBetter ? value > other : value < other;
        }
    }
}
