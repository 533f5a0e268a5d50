package dev.understudy.trainer.loss;

import dev.understudy.dataset.classes.ClassSlice;
import dev.understudy.dataset.frame.Task;

/**
 * Temporal gradient matching, as in Video Depth Anything (CVPR 2025): predicted depth is to change from view to view as
 * the measured depth of the same surface does, |(d₂ − d₁) − (m₂ − m₁)| in metres. What is wrong in both views alike
 * costs nothing. The absolute value of a prediction counts, as at inference.
 */
final class GradientMatching extends PairLoss {
    @Override
    String key() {
        return "tgm";
    }

    @Override
    Task task() {
        return Task.DEPTH;
    }

    @Override
    double of(float[] first, float[] second, double recession, ClassSlice slice, double[] byFirst, double[] bySecond) {
        double excess = Math.abs(second[0]) - Math.abs(first[0]) - recession;
        byFirst[0] = -Math.signum(excess) * Math.signum(first[0]);
        bySecond[0] = Math.signum(excess) * Math.signum(second[0]);
        return Math.abs(excess);
    }
}
