package dev.understudy.trainer.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.ParameterLists;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.gradient.Autograd;
import dev.understudy.trainer.optimiser.Optimiser.NamedArrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An exponential moving average of a network's parameters and running statistics: a ← d·a + (1 − d)·p after each step,
 * where d grows from (1 + t)/(10 + t) to its configured value. Used by one thread.
 */
public final class MovingAverage implements AutoCloseable {
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();
    private final Map<String, NDArray> averages = new LinkedHashMap<>();
    private final double decay;

    /** Starts from the network as it is. */
    public MovingAverage(Network network, double decay) {
        this.decay = decay;
        try (Autograd.Mode paused = Autograd.paused()) {
            for (Map.Entry<String, Parameter> entry : network.parameters().entrySet()) {
                NDArray array = entry.getValue().getArray();
                NDArray average = Tensors.zerosLike(array);
                Autograd.copy(array, average);
                parameters.put(entry.getKey(), array);
                averages.put(entry.getKey(), average);
            }
        }
    }

    /** @param step 1 after the first */
    public void update(long step) {
        double d = Math.min(decay, (1.0 + step) / (10.0 + step));
        try (Autograd.Mode paused = Autograd.paused()) {
            ParameterLists.average(List.copyOf(averages.values()), List.copyOf(parameters.values()), d);
        }
    }

    /** Puts the average into the network and what was there into the average: twice = nothing happened. */
    public void swap() {
        try (Autograd.Mode paused = Autograd.paused()) {
            averages.forEach((name, average) -> {
                NDArray parameter = parameters.get(name);
                try (NDArray kept = parameter.duplicate()) {
                    Autograd.copy(average, parameter);
                    Autograd.copy(kept, average);
                }
            });
        }
    }

    /** A copy, as {@code average/<parameter>}. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        averages.forEach((name, average) -> state.put("average/" + name, NamedArrays.copyOf(average)));
        return state;
    }

    /** Takes up where {@link #state} was. */
    public void restore(Map<String, Tensor> state) {
        averages.forEach((name, average) -> NamedArrays.set(average, "average/" + name, state));
    }

    @Override
    public void close() {
        averages.values().forEach(NDArray::close);
    }
}
