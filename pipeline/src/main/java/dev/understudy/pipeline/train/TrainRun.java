package dev.understudy.pipeline.train;

import ai.djl.Device;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.file.AtomicFile;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.evaluation.EvaluationOptions;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Network;
import dev.understudy.pipeline.console.FrameOptions;
import dev.understudy.trainer.Trainer;
import dev.understudy.trainer.TrainerConfiguration;
import dev.understudy.trainer.TrainingSummary;
import dev.understudy.trainer.Validator;
import dev.understudy.trainer.data.ClassSlice;
import dev.understudy.trainer.progress.MetricsFile;
import dev.understudy.trainer.progress.TensorBoardEvents;
import dev.understudy.trainer.progress.TrainingListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One training from a recipe. Leaves in {@code out}: weights, checkpoints, {@code metrics.jsonl}, the same
 * for TensorBoard in {@code tensorboard/}, and {@code train.yaml},
 * the recipe with every value.
 */
public final class TrainRun {
    private final TrainConfiguration recipe;

    public TrainRun(TrainConfiguration recipe) {
        this.recipe = recipe;
    }

    /**
     * @param resume go on with a run that was interrupted
     * @param listeners closed at the end
     * @throws dev.understudy.conf.ConfigurationException if the recipe does not fit its frames, or {@code out} holds
     *     another run
     * @throws dev.understudy.dataset.DataException if frames or stores cannot be read
     */
    public TrainingSummary run(boolean resume, List<TrainingListener> listeners) throws IOException {
        Device device = NativeEngine.start(recipe.device());
        NativeEngine.useThreads(recipe.processors());
        try (TrainingSources sources = TrainingSources.open(recipe)) {
            TrainerConfiguration trainer = recipe.trainer().withSlices(slices(sources));
            try (Network network = trainer.network().create(device, trainer.seed())) {
                List<TrainingListener> all = new ArrayList<>(listeners);
                all.add(new MetricsFile(recipe.out().resolve("metrics.jsonl")));
                all.add(new TensorBoardEvents(recipe.out().resolve("tensorboard")));
                Trainer run = new Trainer(trainer, network, sources.sets(), validator(device), all, recipe.out());
                AtomicFile.write(recipe.out().resolve("train.yaml"), ConfigurationWriter.toYaml(recipe));
                return run.train(resume);
            }
        }
    }

    /** What the recipe says wins over what the class spaces suggest. */
    private Map<String, ClassSlice> slices(TrainingSources sources) {
        Map<String, ClassSlice> slices = new TreeMap<>(sources.slices());
        slices.putAll(recipe.trainer().slices());
        return slices;
    }

    private Validator validator(Device device) {
        @Nullable ValidationConfiguration validation = recipe.validation();
        if (validation == null) {
            return network -> List.of();
        }
        Manifest manifest = FrameOptions.read(validation.manifest(), validation.split());
        ClassSpace classes = ClassSpace.load(recipe.classes());
        ClassSpace annotated = annotated(manifest, classes);
        return new FrameValidator(
                new DiskFrameSource(manifest),
                EvaluationOptions.of(annotated.name(), annotated.names(), validation.depthRange()),
                classes.slice(annotated.name()).orElseThrow(),
                device,
                recipe.processors());
    }

    /** The space that validation frames are annotated in, where that is a part of the student's; else the student's. */
    private static ClassSpace annotated(Manifest manifest, ClassSpace classes) {
        Set<String> spaces = manifest.classSpaces();
        return spaces.size() == 1 && classes.slice(spaces.iterator().next()).isPresent()
                ? ClassSpace.load(spaces.iterator().next())
                : classes;
    }
}
