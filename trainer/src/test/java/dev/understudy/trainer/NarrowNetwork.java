package dev.understudy.trainer;

import ai.djl.ndarray.NDArray;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.network.Network;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A network whose derivatives have the range of float16 and the digits of float32, as far as a derivative by an output
 * that is too large becomes infinite and goes on so.
 *
 * @param highest that a derivative may be
 */
record NarrowNetwork(Network network, double highest) implements Network.Wrapper {
    NarrowNetwork(long seed, double highest) {
        this(new SmallNetwork(seed), highest);
    }

    /** It calculates in float32, whatever is asked for. */
    @Override
    public void trainIn(Precision precision) {}

    @Override
    public void backward(Map<Task, NDArray> gradients) {
        Map<Task, NDArray> narrow = new LinkedHashMap<>();
        gradients.forEach((task, gradient) -> narrow.put(
                task, gradient.abs().max().getFloat() > highest ? gradient.add(Float.POSITIVE_INFINITY) : gradient));
        network.backward(narrow);
    }
}
