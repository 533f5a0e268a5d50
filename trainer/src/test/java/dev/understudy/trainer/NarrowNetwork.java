package dev.understudy.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.network.Network;
import dev.understudy.model.network.Operation.BatchNorm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A network whose derivatives have the range of float16 and the digits of float32, as far as a derivative by an output
 * that is too large becomes infinite and goes on so.
 */
final class NarrowNetwork implements Network {
    private final SmallNetwork network;
    private final double highest;

    /** @param highest that a derivative may be */
    NarrowNetwork(long seed, double highest) {
        this.network = new SmallNetwork(seed);
        this.highest = highest;
    }

    @Override
    public void trainIn(Precision precision) {}

    @Override
    public void backward(Map<Task, NDArray> gradients) {
        Map<Task, NDArray> narrow = new LinkedHashMap<>();
        gradients.forEach((task, gradient) -> narrow.put(
                task, gradient.abs().max().getFloat() > highest ? gradient.add(Float.POSITIVE_INFINITY) : gradient));
        network.backward(narrow);
    }

    @Override
    public String architecture() {
        return network.architecture();
    }

    @Override
    public List<Task> tasks() {
        return network.tasks();
    }

    @Override
    public Map<Task, NDArray> forward(NDArray imagesNchw, boolean training) {
        return network.forward(imagesNchw, training);
    }

    @Override
    public void observeNorms(NDArray imagesNchw, BiConsumer<BatchNorm, NDArray> observer) {
        network.observeNorms(imagesNchw, observer);
    }

    @Override
    public @Nullable NDArray gradient(String parameter) {
        return network.gradient(parameter);
    }

    @Override
    public void zeroGradients() {
        network.zeroGradients();
    }

    @Override
    public Map<String, Parameter> parameters() {
        return network.parameters();
    }

    @Override
    public boolean isEncoder(String parameter) {
        return network.isEncoder(parameter);
    }

    @Override
    public void freezeBatchNorm(boolean frozen) {
        network.freezeBatchNorm(frozen);
    }

    @Override
    public void load(Checkpoint checkpoint) {
        network.load(checkpoint);
    }

    @Override
    public Checkpoint snapshot() {
        return network.snapshot();
    }

    @Override
    public void close() {
        network.close();
    }
}
