package dev.understudy.retrain.step;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.retrain.gate.GateConfiguration;
import dev.understudy.retrain.measure.EvaluationSet;

/**
 * Whether the champion may label for its successor. It may once its labels on {@code heldOut} have a higher mIoU than
 * the expert's, by at least {@code minimumGain} and beyond noise; both look at the frames in the same views.
 *
 * @param role what it becomes then
 * @param heldOut annotated frames that neither has learnt from
 * @param minimumGain of mIoU, 0–1
 */
public record SelfTraining(
        Role role,
        EvaluationSet heldOut,
        @Default("0") double minimumGain,
        @Default("{}") GateConfiguration.Bootstrap bootstrap) {
    /** What the student becomes. */
    public enum Role {
        /** Labels in the expert's place. */
        REPLACE,
        /** Labels too; what the two disagree on is dropped. */
        JOIN
    }

    public SelfTraining {
        new Checks().unit("minimumGain", minimumGain).verify();
    }
}
