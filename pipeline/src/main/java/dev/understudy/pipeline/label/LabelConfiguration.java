package dev.understudy.pipeline.label;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.pipeline.spark.SparkConfiguration;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code understudy label} does.
 *
 * @param manifest the frames
 * @param split only frames of this split; null = all
 * @param frames which of them
 * @param store where the evidence goes
 * @param shardSize frames that are labelled by one task and stored in one file
 * @param maxQuarantined frames that may be unreadable, a number ({@code 20}) or a share ({@code 5%}); with more the job
 *     finishes and ends with exit code 4
 * @param sendCheckpoint whether Spark brings the checkpoint to the executors; otherwise they find it under its path
 */
public record LabelConfiguration(
        Path manifest,
        @Nullable String split,
        @Default("unlabelled") FrameChoice frames,
        Path store,
        ExpertConfiguration expert,
        @Default("32") int shardSize,
        @Default("50%") String maxQuarantined,
        @Default("false") boolean sendCheckpoint,
        @Default("{}") SparkConfiguration spark) {
    public LabelConfiguration {
        new Checks().inRange("shardSize", shardSize, 1, 1_000_000).verify();
        QuarantineLimit.parse(maxQuarantined);
    }
}
