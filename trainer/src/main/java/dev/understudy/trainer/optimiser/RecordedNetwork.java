package dev.understudy.trainer.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.optimiser.Optimiser.Autograd;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network whose derivatives PyTorch finds by what it recorded on the way there: simple, and the reference for those
 * whose way back is written out. On the CPU; one thread at a time.
 */
public abstract class RecordedNetwork implements Network {
    protected final NDManager manager = NativeEngine.newManager(NativeEngine.cpu());
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, NDArray> gradients = new HashMap<>();
    private Map<Task, NDArray> outputs = Map.of();

    /** Adds a parameter, in the order of the network's layers. */
    protected final void add(String name, Parameter.Type type, NDArray values) {
        parameters.put(
                name,
                Parameter.builder().setName(name).setType(type).optArray(values).build());
    }

    /** Keeps what was recorded. @return {@code results} */
    protected final Map<Task, NDArray> recorded(Map<Task, NDArray> results) {
        outputs = results;
        return results;
    }

    public final NDArray array(String name) {
        return parameters.get(name).getArray();
    }

    @Override
    public final Map<String, Parameter> parameters() {
        return parameters;
    }

    @Override
    public final void backward(Map<Task, NDArray> byOutputs) {
        try (Autograd.Mode recording = Autograd.recording()) {
            NDArray total = null;
            for (Map.Entry<Task, NDArray> gradient : byOutputs.entrySet()) {
                NDArray part =
                        outputs.get(gradient.getKey()).mul(gradient.getValue()).sum();
                total = total == null ? part : total.add(part);
            }
            Autograd.backward(Objects.requireNonNull(total));
        }
    }

    @Override
    public final @Nullable NDArray gradient(String parameter) {
        return gradients.computeIfAbsent(parameter, name -> Autograd.gradient(array(name)));
    }

    @Override
    public final void zeroGradients() {
        parameters.keySet().forEach(name -> Autograd.zeroGradient(array(name)));
        gradients.values().forEach(NDArray::close);
        gradients.clear();
    }

    @Override
    public void close() {
        manager.close();
    }
}
