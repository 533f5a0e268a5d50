package dev.understudy.trainer.checkpoint;

import java.util.Map;

/**
 * {@code checkpoint.json}.
 *
 * @param format always {@value #FORMAT}
 * @param configuration SHA-256 of what the run was asked to do
 * @param files checksums by name
 */
record CheckpointDescription(
        String format,
        int version,
        String configuration,
        TrainingPosition position,
        Map<String, Double> taskWeights,
        Map<String, Double> best,
        Map<String, String> files) {
    static final String FORMAT = "understudy-training";
    static final int VERSION = 1;
}
