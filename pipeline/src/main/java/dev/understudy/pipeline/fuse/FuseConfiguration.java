package dev.understudy.pipeline.fuse;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.labeler.fusion.FusionOptions;
import dev.understudy.pipeline.spark.SparkConfiguration;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code understudy fuse} does.
 *
 * @param stores what experts said of the frames, one a store; frames that are in all of them are fused
 * @param manifest the frames, with poses and intrinsics
 * @param split only frames of this split; null = all
 * @param out the store that is made
 * @param map folder for a point cloud of each scene; null = none
 * @param fusion how views are put together; null = the defaults, voxels of 5 cm and the mean
 * @param choose whether voxel size and pooling are chosen by the frames that are annotated; what {@code fusion} says
 *     stays where nothing is better
 * @param shardSize frames that are stored in one file, of one scene
 */
@RecordBuilder
public record FuseConfiguration(
        List<Path> stores,
        Path manifest,
        @Nullable String split,
        Path out,
        @Nullable Path map,
        @Nullable FusionOptions fusion,
        @Default("false") boolean choose,
        @Default("32") int shardSize,
        @Default("{}") SparkConfiguration spark)
        implements FuseConfigurationBuilder.With {
    public FuseConfiguration {
        stores = List.copyOf(stores);
        new Checks()
                .notEmpty("stores", stores)
                .inRange("shardSize", shardSize, 1, 1_000_000)
                .verify();
    }
}
