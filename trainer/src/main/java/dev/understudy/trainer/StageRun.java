package dev.understudy.trainer;

import ai.djl.ndarray.NDManager;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.CheckpointFolder.TrainingPosition;
import dev.understudy.trainer.CheckpointFolder.TrainingState;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.BatchLoader;
import dev.understudy.trainer.loss.JointLoss;
import dev.understudy.trainer.loss.JointLossValue;
import dev.understudy.trainer.optimiser.Optimiser;
import dev.understudy.trainer.optimiser.Optimiser.MovingAverage;
import dev.understudy.trainer.progress.TrainingListener.StepReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A stage under way: all that changes from step to step, and what it takes to save and restore it. */
final class StageRun implements AutoCloseable {
    private final TrainerConfiguration recipe;
    private final Stage stage;
    private final Network network;
    private final JointLoss loss;
    private final NDManager manager;
    private final Optimiser optimiser;
    private final @Nullable MovingAverage average;
    private final BatchLoader batches;
    private TrainingPosition position;

    /** @param start in this stage */
    StageRun(TrainerConfiguration recipe, Stage stage, Network network, JointLoss loss, TrainingPosition start) {
        this.recipe = recipe;
        this.stage = stage;
        this.network = network;
        this.loss = loss;
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
        JointLossValue value = new TrainingStep(network, loss, manager)
                .learn(batch, stage.configuration().accumulate());
        double factor = stage.factor(position.stageStep());
        optimiser.step(factor);
        loss.weights().learn(value.taughtTerms(), factor * stage.optimiser().decoderRate());
        position = new TrainingPosition(stage.index(), position.stageStep() + 1, position.step() + 1);
        if (average != null) {
            average.update(position.stageStep());
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
        optimiser.restore(state.tensors().tensors(), state.position().stageStep());
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
}
