package dev.understudy.trainer.checkpoint;

/**
 * Where a run stands.
 *
 * @param stage index of the stage
 * @param stageStep steps done in it
 * @param step steps done in all
 */
public record TrainingPosition(int stage, long stageStep, long step) {
    public static final TrainingPosition START = new TrainingPosition(0, 0, 0);
}
