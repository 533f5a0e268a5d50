package dev.understudy.pipeline.repair;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.labeler.repair.RepairOptions;
import dev.understudy.pipeline.label.LabelConfiguration.QuarantineLimit;
import dev.understudy.pipeline.spark.SparkConfiguration;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code understudy repair} does.
 *
 * @param stores what experts said of the frames, one a store; frames that are in all of them are repaired. The first
 *     is what the repair is compared with
 * @param manifest the frames, with depth where there is some
 * @param split only frames of this split; null = all
 * @param annotated manifest of the frames whose segmentation may be learned from, the same frames by id; null = those
 *     of {@code manifest}
 * @param annotatedSplit only frames of this split may be learned from; null = all
 * @param learned a repaired store of other frames by the same experts, whose repair is applied: nothing is learned, and
 *     no frame need be annotated; null = learn
 * @param out the store that is made
 * @param features weights of MobileNet-v2 (ImageNet's, or a student's), whose features are looked at too; null = none
 * @param repair how it is learned; null = the defaults
 * @param maxQuarantined frames that cannot be read before the job counts as failed, a number or a share
 * @param shardSize frames that are stored in one file
 */
@RecordBuilder
public record RepairConfiguration(
        List<Path> stores,
        Path manifest,
        @Nullable String split,
        @Nullable Path annotated,
        @Nullable String annotatedSplit,
        @Nullable Path learned,
        Path out,
        @Nullable Path features,
        @Nullable RepairOptions repair,
        @Default("50%") String maxQuarantined,
        @Default("32") int shardSize,
        @Default("{}") SparkConfiguration spark)
        implements RepairConfigurationBuilder.With {
    public RepairConfiguration {
        stores = List.copyOf(stores);
        QuarantineLimit.parse(maxQuarantined);
        new Checks()
                .notEmpty("stores", stores)
                .that(
                        learned == null || annotated == null && annotatedSplit == null && repair == null,
                        "learned",
                        "is applied as it is: leave out annotated, annotatedSplit and repair, or learn anew without it")
                .inRange("shardSize", shardSize, 1, 1_000_000)
                .verify();
    }
}
