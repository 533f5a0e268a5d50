package dev.understudy.trainer.progress;

import dev.understudy.trainer.loss.JointLossValue;
import java.util.List;

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
public record StepReport(
        String stage,
        long step,
        long steps,
        double epoch,
        JointLossValue loss,
        double factor,
        List<String> frames,
        long nanos,
        long waitedNanos) {}
