package dev.understudy.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.engine.Script;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A loss and its derivative where the network's output lies; both are attached to the output's manager.
 *
 * @param value one float64, not yet read
 * @param gradientNchw by the network's output, in its shape
 */
public record TensorTerm(NDArray value, NDArray gradientNchw) {
    /** What a script gave: the value, then the gradient. */
    static TensorTerm of(Script script, NDArray... arguments) {
        NDList results = script.results(arguments);
        return new TensorTerm(results.get(0), results.get(1));
    }

    /** Waits for the device once and reads all values; those of tasks without a term are 0. */
    static Map<Task, Double> values(Set<Task> tasks, Map<Task, TensorTerm> terms) {
        Map<Task, Double> values = new EnumMap<>(Task.class);
        tasks.forEach(task -> values.put(task, 0.0));
        if (!terms.isEmpty()) {
            List<Task> order = new ArrayList<>(terms.keySet());
            NDList all = new NDList();
            order.forEach(task -> all.add(terms.get(task).value()));
            try (NDArray together = NDArrays.concat(all)) {
                double[] read = together.toDoubleArray();
                for (int i = 0; i < read.length; i++) {
                    values.put(order.get(i), read[i]);
                }
            }
        }
        return values;
    }

    /** A copy of unsigned bytes beside {@code output}. */
    static NDArray bytes(NDArray output, byte[] values, Shape shape) {
        return output.getManager().create(ByteBuffer.wrap(values), shape, DataType.UINT8);
    }

    /** A copy of numbers beside {@code output}. */
    static NDArray floats(NDArray output, float[] values, Shape shape) {
        return output.getManager().create(values, shape);
    }
}
