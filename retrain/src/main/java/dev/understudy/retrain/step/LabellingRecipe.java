package dev.understudy.retrain.step;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.pipeline.filter.CalibrationRun.CalibrationChoice;
import dev.understudy.pipeline.label.LabelConfiguration.QuarantineLimit;
import dev.understudy.pipeline.spark.SparkConfiguration;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How new frames get their labels.
 *
 * @param policy which labels to believe
 * @param shardSize frames that are labelled by one task and stored in one file
 * @param maxPixels width × height of the largest picture that is decoded; larger ones are quarantined
 * @param maxQuarantined new frames that may be unreadable, a number ({@code 20}) or a share ({@code 5%}); with more,
 *     nothing is learnt from them
 * @param calibration null = probabilities as the expert says them
 */
@RecordBuilder
public record LabellingRecipe(
        ExpertConfiguration expert,
        @Default("none") PolicyRecipe policy,
        @Default("32") int shardSize,
        @Default("" + ImageHeader.DEFAULT_MAX_PIXELS) long maxPixels,
        @Default("5%") String maxQuarantined,
        @Nullable Calibrating calibration,
        @Default("{}") SparkConfiguration spark)
        implements LabellingRecipeBuilder.With {
    public LabellingRecipe {
        new Checks()
                .inRange("shardSize", shardSize, 1, 1_000_000)
                .atLeast("maxPixels", maxPixels, 1)
                .verify();
        QuarantineLimit.parse(maxQuarantined);
    }

    /**
     * @param manifest annotated frames that the expert has not learnt from
     * @param split only frames of this split; null = all
     */
    public record Calibrating(
            Path manifest,
            @Nullable String split,
            @Default("best") CalibrationChoice method) {}

    QuarantineLimit quarantineLimit() {
        return QuarantineLimit.parse(maxQuarantined);
    }

    boolean filters() {
        return !(policy instanceof NoFilter);
    }
}
