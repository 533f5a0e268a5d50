package dev.understudy.trainer.checkpoint;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;

/**
 * When and what to keep.
 *
 * @param keep newest checkpoints
 * @param everySteps beside those of each validation and of the end of each stage; 0 = no others
 * @param best how the best weights are chosen
 */
public record CheckpointConfiguration(
        @Default("2") int keep,
        @Default("0") int everySteps,
        @Default("all-tasks") BestRule best) {
    public CheckpointConfiguration {
        new Checks()
                .atLeast("keep", keep, 1)
                .atLeast("everySteps", everySteps, 0)
                .verify();
    }
}
