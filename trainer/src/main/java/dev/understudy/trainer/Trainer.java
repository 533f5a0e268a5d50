package dev.understudy.trainer;

import ai.djl.ndarray.NDManager;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.FirstStatistics;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.CheckpointFolder.RunIdentity;
import dev.understudy.trainer.CheckpointFolder.TrainingPosition;
import dev.understudy.trainer.CheckpointFolder.TrainingState;
import dev.understudy.trainer.StageRun.Stage;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.BatchLoader;
import dev.understudy.trainer.data.DiskFrameCache;
import dev.understudy.trainer.data.FrameCache;
import dev.understudy.trainer.data.TrainingSet;
import dev.understudy.trainer.loss.JointLoss;
import dev.understudy.trainer.loss.JointLoss.NonFiniteLossException;
import dev.understudy.trainer.optimiser.LossScale;
import dev.understudy.trainer.progress.TrainingListener;
import dev.understudy.trainer.progress.TrainingListener.Score;
import dev.understudy.trainer.progress.TrainingListener.StepReport;
import dev.understudy.trainer.progress.TrainingListener.ValidationReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network by a recipe. On one machine, the same recipe, frames and number of threads give the same weights,
 * bit for bit, however often the run was killed and resumed. Used by one thread, once.
 */
public final class Trainer {
    private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

    /** From so many pictures a batch-norm gets its first statistics, if it has none. */
    private static final int STATISTICS_PICTURES = 64;

    private final TrainerConfiguration recipe;
    private final Network network;
    private final Validator validator;
    private final TrainingListeners listeners;
    private final CheckpointFolder checkpoints;
    private final DiskFrameCache diskCache;
    private final JointLoss loss;
    private final LossScale scale;
    private final List<Stage> stages;
    private Map<String, Double> best = Map.of();

    /**
     * @param network of the recipe, with its initial weights; stays the caller's
     * @param sets the frames of every source that the recipe names
     * @param listeners are closed at the end of {@link #train}
     * @param out folder for checkpoints and weights, see {@link CheckpointFolder}
     * @throws ConfigurationException if the recipe names a source or a parameter that is not there
     */
    public Trainer(
            TrainerConfiguration recipe,
            Network network,
            Map<String, TrainingSet> sets,
            Validator validator,
            List<TrainingListener> listeners,
            Path out) {
        this.recipe = recipe;
        this.network = network;
        network.trainIn(recipe.precision());
        this.validator = validator;
        this.listeners = new TrainingListeners(listeners);
        this.scale = LossScale.of(recipe.precision());
        this.loss = recipe.loss().of(network.tasks(), NativeEngine.threads());
        FrameCache cache = new FrameCache((long) recipe.loader().cacheMegabytes() << 20);
        this.diskCache =
                new DiskFrameCache(out.resolve("cache"), (long) recipe.loader().diskCacheMegabytes() << 20);
        Map<String, TrainingSet> cached = new TreeMap<>();
        sets.forEach((name, set) -> cached.put(name, cache.over(onDisk(name, set))));
        this.stages = IntStream.range(0, recipe.stages().size())
                .mapToObj(i -> Stage.of(recipe, i, cached))
                .toList();
        stages.forEach(stage -> stage.optimiser().checkGroups(network));
        this.checkpoints = new CheckpointFolder(out, recipe.checkpoints().keep(), identity(stages.size()));
    }

    private TrainingSet onDisk(String name, TrainingSet set) {
        return recipe.loader().diskCacheMegabytes() > 0 ? diskCache.over(name, set) : set;
    }

    /** Of a run that trains the first {@code count} stages. */
    private RunIdentity identity(int count) {
        Map<String, Integer> frames = new TreeMap<>();
        Map<String, String> labels = new TreeMap<>();
        stages.subList(0, count)
                .forEach(stage -> stage.sources().forEach(source -> {
                    TrainingSet set = source.frames();
                    frames.put(source.name(), set.size());
                    set.origin().forEach((part, value) -> labels.put("sources." + source.name() + "." + part, value));
                }));
        return new RunIdentity(recipe.first(count).fingerprint(), frames, labels, NativeEngine.threads());
    }

    /** As {@link #train(boolean, Beginning)}, without a beginning. */
    public TrainingSummary train(boolean resume) {
        return train(resume, null);
    }

    /**
     * Trains to the end of the last stage.
     *
     * @param resume go on from the newest whole checkpoint of the folder, if there is one
     * @param beginning where to start if there is none; null = with the first step
     * @throws ConfigurationException if the folder holds checkpoints and is not to be resumed, or of another recipe,
     *     other frames or other labels, or if the beginning is, or has not come to its end
     * @throws dev.understudy.files.DataException if frames cannot be read or checkpoints not be written
     * @throws dev.understudy.trainer.loss.JointLoss.NonFiniteLossException if a loss is NaN or infinite
     */
    public TrainingSummary train(boolean resume, @Nullable Beginning beginning) {
        Optional<TrainingState> saved = takeUp(resume, beginning);
        TrainingPosition position = saved.map(TrainingState::position).orElse(TrainingPosition.START);
        long steps = stages.stream().mapToLong(Stage::steps).sum();
        try (listeners;
                diskCache) {
            listeners.started(position.step(), steps);
            if (saved.isEmpty()) {
                giveFirstStatistics();
            }
            for (Stage stage : stages.subList(position.stage(), stages.size())) {
                if (stage.index() > position.stage()) {
                    position = new TrainingPosition(stage.index(), 0, position.step());
                    saved = Optional.empty();
                }
                try (StageRun run = new StageRun(recipe, stage, network, loss, scale, position)) {
                    saved.ifPresent(state -> takeUp(state, run));
                    train(stage, run, steps);
                    position = run.position();
                }
            }
            diskCache.delete();
        }
        return new TrainingSummary(position.step(), checkpoints.best(), best, checkpoints.last());
    }

    /** Weights whose batch-norm was folded in would lose their scale in the first step; see {@link FirstStatistics}. */
    private void giveFirstStatistics() {
        FirstStatistics statistics = new FirstStatistics(network);
        if (recipe.network().initial() == null || !statistics.areWanted()) {
            return;
        }
        Stage first = stages.get(0);
        int batches = -Math.floorDiv(-STATISTICS_PICTURES, first.configuration().batch());
        try (BatchLoader loader = first.batches(recipe);
                NDManager manager = NativeEngine.newManager(network.parameters()
                        .values()
                        .iterator()
                        .next()
                        .getArray()
                        .getDevice())) {
            for (int i = 0; i < batches; i++) {
                add(loader.next(), first.configuration().accumulate(), manager, statistics);
            }
        }
        statistics.give();
        String done = recipe.network().initial() + ": " + statistics.inWords() + " know no picture (folded into the"
                + " convolutions?) and were given the statistics of the first " + batches + " batches; the outputs are"
                + " the same";
        LOG.warn(done);
        listeners.noted(done);
    }

    private static void add(Batch batch, int passes, NDManager manager, FirstStatistics statistics) {
        int frames = batch.images() / passes;
        for (int i = 0; i < passes; i++) {
            try (NDManager arrays = manager.newSubManager()) {
                statistics.add(TrainingStep.images(batch.part(i * frames, (i + 1) * frames), arrays));
            }
        }
    }

    private void train(Stage stage, StageRun run, long steps) {
        while (!run.isDone()) {
            var report = run.step(steps);
            listeners.stepped(report);
            boolean validates = stage.validatesAfter(run.position().stageStep());
            boolean saves = validates || checkpointIsDue(run.position());
            if (saves) {
                requireFinite(report);
            }
            if (validates) {
                validate(stage, run);
            }
            if (saves) {
                checkpoints.save(run.state(best), run.shown(network::snapshot));
            }
        }
    }

    /** A loss is seen to be finite before its step is taken; what that step made of the weights is seen here. */
    private void requireFinite(StepReport report) {
        network.snapshot().tensors().forEach((name, tensor) -> {
            for (float value : tensor.toFloats()) {
                if (!Float.isFinite(value)) {
                    throw NonFiniteLossException.afterUpdate(
                            name, report.step(), report.loss().named(), report.frames());
                }
            }
        });
    }

    private void validate(Stage stage, StageRun run) {
        List<Score> scores = run.shown(() -> validator.validate(network));
        if (scores.isEmpty()) {
            return;
        }
        boolean better = recipe.checkpoints().best().improves(scores, best);
        if (better) {
            best = byName(scores);
            checkpoints.saveBest(run.shown(network::snapshot), scores);
        }
        TrainingPosition at = run.position();
        ValidationReport report = new ValidationReport(
                stage.configuration().name(), at.step(), stage.epoch(at.stageStep()), scores, better);
        listeners.validated(report);
    }

    private boolean checkpointIsDue(TrainingPosition position) {
        int every = recipe.checkpoints().everySteps();
        return every > 0 && position.step() % every == 0;
    }

    private Optional<TrainingState> takeUp(boolean resume, @Nullable Beginning beginning) {
        if (!resume && checkpoints.isUsed()) {
            throw new ConfigurationException(checkpoints.last().getParent()
                    + ": holds checkpoints of another run; resume it, or train into" + " another folder");
        }
        Optional<TrainingState> saved = resume ? checkpoints.newest() : Optional.empty();
        if (saved.isEmpty() && beginning != null) {
            saved = Optional.of(end(beginning));
        }
        saved.ifPresent(state -> {
            network.load(state.weights());
            best = state.best();
        });
        return saved;
    }

    private TrainingState end(Beginning beginning) {
        Stage last = stages.get(beginning.stages() - 1);
        CheckpointFolder theirs = new CheckpointFolder(beginning.run(), 1, identity(beginning.stages()));
        TrainingState state = theirs.newest()
                .filter(newest -> newest.position().stage() == last.index()
                        && newest.position().stageStep() == last.steps())
                .orElseThrow(() -> new ConfigurationException(beginning.run() + ": has no checkpoint of the end of "
                        + last.configuration().name() + ", expected one to begin with; train it to its end first"));
        checkpoints.saveBestOf(theirs);
        return state;
    }

    private void takeUp(TrainingState state, StageRun run) {
        run.restore(state);
        // Whoever saved this checkpoint may have been killed before its weights were out.
        checkpoints.saveLast(run.shown(network::snapshot));
    }

    private static Map<String, Double> byName(List<Score> scores) {
        Map<String, Double> values = new LinkedHashMap<>();
        scores.forEach(score -> values.put(score.name(), score.value()));
        return values;
    }

    /** Scores a network in the middle of training, on frames that it is not trained on. */
    @FunctionalInterface
    public interface Validator {
        /** @return the first score of each task is the one that decides; empty if there is nothing to validate on */
        List<Score> validate(Network network);
    }

    /**
     * Another run that has trained a recipe's first stages, and nothing else of it: whoever begins there ends with the
     * same weights, bit for bit, as if it had trained those stages itself.
     *
     * @param run folder of that run
     * @param stages how many it has trained, 1 to as many as the recipe has
     */
    public record Beginning(Path run, int stages) {}

    /**
     * What a run left.
     *
     * @param steps in all, those before a resumption among them
     * @param best weights that validated best; there is no such file if nothing was validated
     * @param bestScores their scores, by name such as {@code segmentation.miou}
     * @param last weights at the end
     */
    public record TrainingSummary(long steps, Path best, Map<String, Double> bestScores, Path last) {}

    /** Several listeners as one, told in order. */
    private record TrainingListeners(List<TrainingListener> all) implements TrainingListener {
        public TrainingListeners {
            all = List.copyOf(all);
        }

        @Override
        public void started(long done, long steps) {
            all.forEach(listener -> listener.started(done, steps));
        }

        @Override
        public void stepped(StepReport report) {
            all.forEach(listener -> listener.stepped(report));
        }

        @Override
        public void validated(ValidationReport report) {
            all.forEach(listener -> listener.validated(report));
        }

        @Override
        public void noted(String what) {
            all.forEach(listener -> listener.noted(what));
        }

        /** Closes every one, whatever the others throw; what the first threw carries what came after it. */
        @Override
        public void close() {
            RuntimeException first = null;
            for (TrainingListener listener : all) {
                first = and(first, listener);
            }
            if (first != null) {
                throw first;
            }
        }

        private static @Nullable RuntimeException and(@Nullable RuntimeException before, TrainingListener listener) {
            try {
                listener.close();
                return before;
            } catch (RuntimeException e) {
                if (before == null) {
                    return e;
                }
                before.addSuppressed(e);
                return before;
            }
        }
    }
}
