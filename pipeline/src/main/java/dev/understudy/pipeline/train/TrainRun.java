package dev.understudy.pipeline.train;

import ai.djl.Device;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.file.AtomicFile;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FrameSource;
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
import dev.understudy.trainer.progress.TrainingListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One training from a recipe. Leaves in {@code out}: weights, checkpoints, {@code metrics.jsonl}, and {@code train.yaml},
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
        FrameSource frames = new DiskFrameSource(FrameOptions.read(validation.manifest(), validation.split()));
        ClassSpace classes = ClassSpace.load(recipe.classes());
        return new FrameValidator(
                frames,
                EvaluationOptions.of(classes.name(), classes.names(), validation.depthRange()),
                device,
                recipe.processors());
    }
}
