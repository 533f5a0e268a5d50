package dev.understudy.trainer.progress;

import dev.understudy.dataset.frame.Task;

/**
 * One number of a validation.
 *
 * @param metric for example {@code miou} or {@code rmse}
 */
public record Score(Task task, String metric, double value, boolean higherIsBetter) {
    /** For example {@code segmentation.miou}. */
    public String name() {
        return task.key() + "." + metric;
    }

    /** Whether this is better than {@code other} of the same metric; NaN is never better. */
    public boolean beats(double other) {
        return higherIsBetter ? value > other : value < other;
    }
}
