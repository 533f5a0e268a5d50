package dev.understudy.pipeline.train;

import ai.djl.Device;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.evaluation.Evaluation;
import dev.understudy.evaluation.EvaluationOptions;
import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.MetricFamily;
import dev.understudy.evaluation.Metrics;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.FolderLock;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.network.Network;
import dev.understudy.pipeline.train.TrainConfiguration.ValidationConfiguration;
import dev.understudy.trainer.Trainer;
import dev.understudy.trainer.Trainer.Beginning;
import dev.understudy.trainer.Trainer.TrainingSummary;
import dev.understudy.trainer.Trainer.Validator;
import dev.understudy.trainer.TrainerConfiguration;
import dev.understudy.trainer.progress.MetricsFile;
import dev.understudy.trainer.progress.TensorBoardEvents;
import dev.understudy.trainer.progress.TrainingListener;
import dev.understudy.trainer.progress.TrainingListener.Score;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One training from a recipe. Leaves in {@code out}: weights, checkpoints, {@code metrics.jsonl}, the same
 * for TensorBoard in {@code tensorboard/}, and {@code train.yaml},
 * the recipe with every value.
 */
public final class TrainRun {
    private static final Logger LOG = LoggerFactory.getLogger(TrainRun.class);

    private final TrainConfiguration recipe;
    private final @Nullable Beginning beginning;

    public TrainRun(TrainConfiguration recipe) {
        this(recipe, null);
    }

    /** @param beginning where to start, if {@code out} has nothing to go on with; null = with the first step */
    public TrainRun(TrainConfiguration recipe, @Nullable Beginning beginning) {
        this.recipe = recipe;
        this.beginning = beginning;
    }

    /**
     * @param resume go on with a run that was interrupted
     * @param listeners closed at the end
     * @throws dev.understudy.conf.ConfigurationException if the recipe does not fit its frames, or {@code out} holds
     *     another run
     * @throws dev.understudy.files.FolderLock.LockedException if another process trains into {@code out}
     * @throws dev.understudy.files.DataException if frames or stores cannot be read
     */
    public TrainingSummary run(boolean resume, List<TrainingListener> listeners) throws IOException {
        List<Device> devices = NativeEngine.startAll(recipe.device());
        NativeEngine.useThreads(recipe.processors());
        try (FolderLock lock = FolderLock.acquire(recipe.out().resolve(".lock"), Duration.ZERO, "training");
                TrainingSources sources = TrainingSources.open(recipe)) {
            TrainerConfiguration trainer = recipe.trainer().withSlices(slices(sources));
            warnOfIdleTasks(sources);
            try (Network network = trainer.network().create(devices, trainer.seed())) {
                List<TrainingListener> all = new ArrayList<>(listeners);
                all.add(new MetricsFile(recipe.out().resolve("metrics.jsonl")));
                all.add(new TensorBoardEvents(recipe.out().resolve("tensorboard")));
                all.add(new RecipeCopy(recipe, recipe.out().resolve("train.yaml")));
                return new Trainer(trainer, network, sources.sets(), validator(devices.get(0)), all, recipe.out())
                        .train(resume, beginning);
            }
        }
    }

    /** A head that nothing teaches may be meant, to fit other weights, and is more often a step that was forgotten. */
    private void warnOfIdleTasks(TrainingSources sources) {
        Set<String> used = new TreeSet<>();
        recipe.trainer().stages().forEach(stage -> used.addAll(stage.sources().keySet()));
        Set<Task> taught = sources.taught(used);
        for (Task task : recipe.trainer().network().tasks()) {
            if (!taught.contains(task)) {
                LOG.warn(
                        "the network has a head for {}, and no frame of the sources {} is annotated with it: it learns"
                                + " nothing{}",
                        task.key(),
                        String.join(", ", used),
                        task == Task.NORMALS ? "; understudy dataset normals makes them from depth" : "");
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
        Manifest manifest = validation.frames();
        ClassSpace classes = ClassSpace.load(recipe.classes());
        ClassSpace annotated = annotated(manifest, classes);
        return new FrameValidator(
                validation.source(),
                EvaluationOptions.of(annotated.name(), annotated.names(), validation.depthRange())
                        .withSequences(validation.sequences()),
                classes.slice(annotated.name()).orElseThrow(),
                device,
                recipe.processors());
    }

    /** The space that validation frames are annotated in, which is the student's or a part of it. */
    private ClassSpace annotated(Manifest manifest, ClassSpace classes) {
        Set<String> spaces = manifest.classSpaces();
        if (spaces.isEmpty() || !recipe.trainer().network().tasks().contains(Task.SEGMENTATION)) {
            return classes;
        }
        ClassSpace space = manifest.classSpace(spaces.iterator().next());
        if (spaces.size() > 1 || classes.slice(space.name()).isEmpty()) {
            throw new ConfigurationException("validation: the frames are annotated in " + String.join(", ", spaces)
                    + ", expected " + classes.name() + " or one part of it; choose a split, or map the labels");
        }
        return space.name().equals(classes.name()) ? classes : space;
    }

    /** Leaves the recipe with every value beside the weights, once it is certain that the folder is this run's. */
    record RecipeCopy(TrainConfiguration recipe, Path file) implements TrainingListener {
        @Override
        public void started(long done, long steps) {
            try {
                AtomicFile.write(file, ConfigurationWriter.toYaml(recipe));
            } catch (IOException e) {
                throw new DataException(file + ": cannot be written (" + e.getMessage() + "); is the disk full?", e);
            }
        }
    }

    /**
     * Scores the network in the form that users will run, by the same code as {@code understudy evaluate}.
     *
     * @param slice the network's outputs for the classes that {@code frames} are annotated with
     */
    public record FrameValidator(
            FrameSource frames, EvaluationOptions options, ClassSlice slice, Device device, int threads)
            implements Validator {

        @Override
        public List<Score> validate(Network network) {
            InferenceNetwork frozen = InferenceNetwork.of(network, device, threads);
            ClassSlice outputs = frozen.tasks().contains(Task.SEGMENTATION) ? slice : ClassSlice.ALL;
            try (FramePredictor student = new NetworkPredictor(frozen, Preprocessing.STUDENT, outputs, threads)) {
                return scores(Evaluation.run(frames, student, options, (done, of, id) -> {}));
            }
        }

        /**
         * Of the metrics that validation watches; the first of each task is the one that decides which weights are
         * best.
         */
        public static List<Score> scores(EvaluationReport report) {
            List<Score> scores = new ArrayList<>();
            for (MetricFamily family : Metrics.families()) {
                for (Metric metric : family.metrics()) {
                    if (metric.isFor(Metric.Use.VALIDATION) && report.has(metric)) {
                        scores.add(
                                new Score(family.task(), metric.key(), report.value(metric), metric.isHigherBetter()));
                    }
                }
            }
            return scores;
        }
    }
}
