package dev.understudy.trainer;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.files.Sha256;
import dev.understudy.model.engine.Precision;
import dev.understudy.trainer.data.AugmentationConfiguration;
import dev.understudy.trainer.data.BatchLoader.LoaderConfiguration;
import dev.understudy.trainer.loss.CrossEntropy;
import dev.understudy.trainer.loss.LossConfiguration;
import dev.understudy.trainer.optimiser.OptimiserConfiguration;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A recipe for training, without where its data lie.
 *
 * @param network what is trained
 * @param precision in what numbers a step's pass through the network is calculated, there and back; weights, losses and
 *     the optimiser's state are float32. {@code auto} is float32
 * @param seed of weights, order and augmentation
 * @param stages one after the other, each from where the last ended
 * @param slices outputs of the segmentation head that a source uses, by its name; the others use all
 */
@RecordBuilder
public record TrainerConfiguration(
        @Default("{}") StudentConfiguration network,
        @Default("auto") Precision precision,
        @Default("1") long seed,
        List<StageConfiguration> stages,
        @Default("{}") Map<String, ClassSlice> slices,
        @Default("{}") LossConfiguration loss,
        @Default("{}") OptimiserConfiguration optimiser,
        @Default("{}") AugmentationConfiguration augmentation,
        @Default("{}") LoaderConfiguration loader,
        @Default("{}") CheckpointConfiguration checkpoints)
        implements TrainerConfigurationBuilder.With {

    public TrainerConfiguration {
        stages = List.copyOf(stages);
        slices = Collections.unmodifiableMap(new TreeMap<>(slices));
        Checks checks = new Checks()
                .that(
                        precision != Precision.FLOAT16,
                        "precision",
                        "must be auto, float32 or bfloat16: gradients leave the range of float16")
                .notEmpty("stages", stages);
        slices.forEach((name, slice) -> checks.that(
                slice.to() <= network.classes(),
                "slices." + name,
                "must end at most at the network's " + network.classes() + " classes, found " + slice.to()));
        for (int i = 0; i < stages.size(); i++) {
            int pass = stages.get(i).batch() / stages.get(i).accumulate();
            checks.that(
                    !loss.temporal().isOn()
                            || (pass > 1 && (pass % 2 == 0 || stages.get(i).accumulate() == 1)),
                    "stages." + i + ".batch",
                    "must give every pass of accumulate an even number of frames, because loss.temporal compares pairs of them,"
                            + " found " + pass);
        }
        if (network.tasks().contains(Task.SEGMENTATION) && loss.segmentation() instanceof CrossEntropy crossEntropy) {
            checks.that(
                    crossEntropy.classWeights().isEmpty()
                            || crossEntropy.classWeights().size() == network.classes(),
                    "loss.segmentation.classWeights",
                    "must be one for each of the network's " + network.classes() + " classes, found "
                            + crossEntropy.classWeights().size());
        }
        checks.verify();
    }

    /**
     * SHA-256 of all that decides what is learned and kept as best: how frames are loaded and when is saved does not.
     */
    String fingerprint() {
        return Sha256.of(ConfigurationWriter.toYaml(TrainerConfigurationBuilder.builder()
                .network(network)
                .precision(precision.ofBuiltIn())
                .seed(seed)
                .stages(stages)
                .slices(slices)
                .loss(loss)
                .optimiser(optimiser)
                .augmentation(augmentation)
                .loader(new LoaderConfiguration(1, 1, 0, 0))
                .checkpoints(new CheckpointConfiguration(1, 0, checkpoints.best()))
                .build()));
    }
}
