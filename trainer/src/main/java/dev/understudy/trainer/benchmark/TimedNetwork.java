package dev.understudy.trainer.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.benchmark.Durations;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.network.Network;
import dev.understudy.model.network.Operation.BatchNorm;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A network that notes how long its two halves take. Closing it closes the network. */
final class TimedNetwork implements Network {
    private final Network network;
    final Durations forward = new Durations();
    final Durations backward = new Durations();

    TimedNetwork(Network network) {
        this.network = network;
    }

    @Override
    public Map<Task, NDArray> forward(NDArray imagesNchw, boolean training) {
        return forward.timed(() -> network.forward(imagesNchw, training));
    }

    @Override
    public void observeNorms(NDArray imagesNchw, BiConsumer<BatchNorm, NDArray> observer) {
        network.observeNorms(imagesNchw, observer);
    }

    @Override
    public void backward(Map<Task, NDArray> gradients) {
        backward.time(() -> network.backward(gradients));
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
