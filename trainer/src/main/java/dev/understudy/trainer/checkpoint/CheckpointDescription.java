package dev.understudy.trainer.checkpoint;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code checkpoint.json}.
 *
 * @param format always {@value #FORMAT}
 * @param run whose it is
 * @param files checksums by name
 */
record CheckpointDescription(
        String format,
        int version,
        @Nullable RunIdentity run,
        TrainingPosition position,
        Map<String, Double> taskWeights,
        Map<String, Double> best,
        Map<String, String> files) {
    static final String FORMAT = "understudy-training";
    static final int VERSION = 2;
}
