package dev.understudy.trainer;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.trainer.data.AugmentationConfiguration;
import dev.understudy.trainer.data.CropSize;
import dev.understudy.trainer.optimiser.OptimiserConfiguration;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of training on one mix of sources, with a fresh optimiser. Its length is given in epochs or in steps, and
 * {@code validateEvery} and a schedule's milestones are in the same unit. An epoch is as many steps as all frames of
 * the sources make batches.
 *
 * @param name for the progress line
 * @param epochs or null
 * @param steps or null
 * @param batch frames that a step learns from
 * @param accumulate passes in which they go through the network, to save memory; must divide {@code batch}
 * @param crop what the network is trained on
 * @param sources share of each source in a batch, by name; they sum to 1
 * @param validateEvery epochs or steps; null = every epoch, or only at the end of a stage in steps
 * @param freezeBatchNorm use batch-norm's running statistics and leave them as they are
 * @param optimiser null = that of the recipe
 * @param augmentation null = that of the recipe
 */
@RecordBuilder
public record StageConfiguration(
        @Default("train") String name,
        @Nullable Integer epochs,
        @Nullable Integer steps,
        @Default("4") int batch,
        @Default("1") int accumulate,
        @Default("{width: 400, height: 400}") CropSize crop,
        Map<String, Double> sources,
        @Nullable Integer validateEvery,
        @Default("false") boolean freezeBatchNorm,
        @Nullable OptimiserConfiguration optimiser,
        @Nullable AugmentationConfiguration augmentation)
        implements StageConfigurationBuilder.With {

    private static final double SUM_TOLERANCE = 1e-6;

    public StageConfiguration {
        sources = Collections.unmodifiableMap(new TreeMap<>(sources));
        double sum = sources.values().stream().mapToDouble(s -> s).sum();
        new Checks()
                .that(
                        (epochs == null) != (steps == null),
                        epochs == null ? "steps" : "epochs",
                        "must be given, either it" + " or the other of steps and epochs")
                .atLeast("epochs", epochs == null ? 1 : epochs, 1)
                .atLeast("steps", steps == null ? 1 : steps, 1)
                .atLeast("batch", batch, 1)
                .atLeast("accumulate", accumulate, 1)
                .that(accumulate < 1 || batch % accumulate == 0, "accumulate", "must divide batch, " + batch)
                .that(!sources.isEmpty(), "sources", "must not be empty")
                .that(sources.values().stream().allMatch(s -> s > 0), "sources", "must have shares above 0")
                .that(Math.abs(sum - 1) < SUM_TOLERANCE, "sources", "must sum to 1, found " + sum)
                .atLeast("validateEvery", validateEvery == null ? 1 : validateEvery, 1)
                .verify();
    }

    /** The same stage on another mix. */
    public StageConfiguration withSources(Map<String, Double> others) {
        return StageConfigurationBuilder.builder()
                .name(name)
                .epochs(epochs)
                .steps(steps)
                .batch(batch)
                .accumulate(accumulate)
                .crop(crop)
                .sources(others)
                .validateEvery(validateEvery)
                .freezeBatchNorm(freezeBatchNorm)
                .optimiser(optimiser)
                .augmentation(augmentation)
                .build();
    }
}
