package dev.understudy.trainer;

import ai.djl.ndarray.NDManager;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.CheckpointFolder.TrainingPosition;
import dev.understudy.trainer.CheckpointFolder.TrainingState;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.BatchLoader;
import dev.understudy.trainer.data.BatchLoader.TrainingSource;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;
import dev.understudy.trainer.loss.JointLoss;
import dev.understudy.trainer.loss.JointLoss.NonFiniteLossException;
import dev.understudy.trainer.loss.JointLossValue;
import dev.understudy.trainer.optimiser.LossScale;
import dev.understudy.trainer.optimiser.Optimiser;
import dev.understudy.trainer.optimiser.Optimiser.MovingAverage;
import dev.understudy.trainer.optimiser.OptimiserConfiguration;
import dev.understudy.trainer.progress.TrainingListener.StepReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stage under way: all that changes from step to step, and what it takes to save and restore it. */
final class StageRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StageRun.class);

    private final TrainerConfiguration recipe;
    private final Stage stage;
    private final Network network;
    private final JointLoss loss;
    private final NDManager manager;
    private final Optimiser optimiser;
    private final LossScale scale;
    private final @Nullable MovingAverage average;
    private final BatchLoader batches;
    private TrainingPosition position;

    /**
     * @param scale of the whole run
     * @param start in this stage
     */
    StageRun(
            TrainerConfiguration recipe,
            Stage stage,
            Network network,
            JointLoss loss,
            LossScale scale,
            TrainingPosition start) {
        this.recipe = recipe;
        this.stage = stage;
        this.network = network;
        this.loss = loss;
        this.scale = scale;
        this.position = start;
        this.batches = stage.batches(recipe);
        batches.skip(start.stageStep());
        network.freezeBatchNorm(stage.configuration().freezeBatchNorm());
        this.manager = NativeEngine.newManager(
                network.parameters().values().iterator().next().getArray().getDevice());
        this.optimiser = new Optimiser(network, stage.optimiser());
        Double decay = stage.optimiser().averageDecay();
        this.average = decay == null ? null : new MovingAverage(network, decay);
    }

    boolean isDone() {
        return position.stageStep() == stage.steps();
    }

    TrainingPosition position() {
        return position;
    }

    /** @param steps of the whole run */
    StepReport step(long steps) {
        long start = System.nanoTime();
        long waited = batches.waitedNanos();
        Batch batch = batches.next();
        NativeEngine.seed(recipe.seed() * 31 + position.step());
        JointLossValue value = new TrainingStep(network, loss, manager, scale)
                .learn(batch, stage.configuration().accumulate());
        double factor = stage.factor(position.stageStep());
        boolean taken = optimiser.step(factor, scale);
        position = new TrainingPosition(stage.index(), position.stageStep() + 1, position.step() + 1);
        if (taken) {
            scale.inRange();
            loss.weights().learn(value.taughtTerms(), factor * stage.optimiser().decoderRate());
            if (average != null) {
                average.update(position.stageStep());
            }
        } else if (scale.outOfRange()) {
            LOG.info("step {} is not taken: gradients beyond float16, scale {} next", position.step(), scale.value());
        } else {
            throw NonFiniteLossException.inGradients(position.step(), value.named(), batch.ids());
        }
        return new StepReport(
                stage.configuration().name(),
                position.step(),
                steps,
                stage.epoch(position.stageStep()),
                value,
                factor,
                batch.ids(),
                System.nanoTime() - start,
                batches.waitedNanos() - waited);
    }

    /** Does something with the network as it is to be used: its moving average, where there is one. */
    <T> T shown(Supplier<T> what) {
        if (average == null) {
            return what.get();
        }
        average.swap();
        try {
            return what.get();
        } finally {
            average.swap();
        }
    }

    TrainingState state(Map<String, Double> best) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(optimiser.state());
        tensors.putAll(scale.state(position.stageStep() - optimiser.steps()));
        if (average != null) {
            tensors.putAll(average.state());
        }
        return new TrainingState(
                position,
                network.snapshot(),
                new Checkpoint(tensors),
                loss.weights().state(),
                best);
    }

    /** Takes up the optimiser and the moving average; the network's own weights are the caller's business. */
    void restore(TrainingState state) {
        long notTaken = scale.restore(state.tensors().tensors());
        optimiser.restore(state.tensors().tensors(), state.position().stageStep() - notTaken);
        loss.weights().restore(state.taskWeights());
        if (average != null) {
            average.restore(state.tensors().tensors());
        }
    }

    @Override
    public void close() {
        batches.close();
        optimiser.close();
        if (average != null) {
            average.close();
        }
        manager.close();
    }

    /**
     * A stage with the frames that it is trained on, so that its length in steps is known.
     *
     * @param index of it
     */
    record Stage(
            int index,
            StageConfiguration configuration,
            OptimiserConfiguration optimiser,
            List<TrainingSource> sources,
            long stepsPerEpoch) {

        static Stage of(TrainerConfiguration recipe, int index, Map<String, TrainingSet> sets) {
            StageConfiguration stage = recipe.stages().get(index);
            List<TrainingSource> sources = new ArrayList<>();
            long size = 0;
            for (Map.Entry<String, Double> entry : stage.sources().entrySet()) {
                String name = entry.getKey();
                TrainingSet set = sets.get(name);
                if (set == null) {
                    throw new ConfigurationException("stages." + index + ".sources: " + name + ", expected some of "
                            + String.join(", ", sets.keySet().stream().sorted().toList()));
                }
                ClassSlice slice = recipe.slices()
                        .getOrDefault(name, ClassSlice.all(recipe.network().classes()));
                TrainingSet frames = recipe.loss().temporal().isOn() ? set : new Alone(set);
                sources.add(new TrainingSource(name, frames, entry.getValue(), slice));
                size += set.size();
            }
            OptimiserConfiguration optimiser = stage.optimiser() == null ? recipe.optimiser() : stage.optimiser();
            return new Stage(index, stage, optimiser, sources, Math.max(1, -Math.floorDiv(-size, stage.batch())));
        }

        /** Frames of which nobody wants to see two beside each other. */
        private record Alone(TrainingSet frames) implements TrainingSet.Wrapper {
            @Override
            public TrainingFrame get(int index) {
                return frames.get(index);
            }

            @Override
            public int partner(int index) {
                return -1;
            }
        }

        /** The batches that the stage learns from, from the first on; the same ones at each call. */
        BatchLoader batches(TrainerConfiguration recipe) {
            return new BatchLoader(
                    sources,
                    configuration.batch(),
                    configuration.crop(),
                    configuration.augmentation() == null ? recipe.augmentation() : configuration.augmentation(),
                    recipe.loader(),
                    recipe.seed() + 0x9E3779B97F4A7C15L * index);
        }

        long steps() {
            return configuration.steps() != null ? configuration.steps() : configuration.epochs() * stepsPerEpoch;
        }

        double epoch(long step) {
            return (double) step / stepsPerEpoch;
        }

        /** What the rates are multiplied by in step {@code step} of the stage, 0 for the first. */
        double factor(long step) {
            boolean inSteps = configuration.steps() != null;
            double unit = inSteps ? 1 : stepsPerEpoch;
            return optimiser.factor(step, step / unit, steps() / unit);
        }

        /** Whether to validate after {@code done} steps of the stage. */
        boolean validatesAfter(long done) {
            Integer every = configuration.validateEvery();
            if (done == steps()) {
                return true;
            }
            if (configuration.steps() != null) {
                return every != null && done % every == 0;
            }
            return done % (stepsPerEpoch * (every == null ? 1 : every)) == 0;
        }
    }
}
