package dev.understudy.model.inference;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.EvaluationOperations;
import dev.understudy.model.network.Graph;
import dev.understudy.model.network.GraphRun;
import dev.understudy.model.network.Operation;
import dev.understudy.model.network.Operation.MaxPool;
import dev.understudy.model.network.Operations;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The network as one would first write it: one libtorch operation a layer, NCHW, nothing folded, intermediates alive
 * until their manager closes. The baseline that benchmarks compare with; never used to label.
 */
final class PlainNetwork implements InferenceNetwork {
    private final Graph graph;
    private final GraphRun run;
    private final NDManager manager;
    private final int threads;
    private final Map<String, NDArray> weights = new HashMap<>();
    private final Operations evaluation = new EvaluationOperations(weights::get);

    PlainNetwork(Graph graph, Checkpoint checkpoint, Device device, int threads) {
        this.graph = graph;
        this.run = new GraphRun(graph);
        this.manager = NativeEngine.newManager(device);
        this.threads = threads;
        graph.parameters()
                .forEach(p -> weights.put(
                        p.name(),
                        manager.create(
                                FloatBuffer.wrap(FoldedWeights.floats(checkpoint, p.name())),
                                new Shape(p.shape().getShape()),
                                DataType.FLOAT32)));
    }

    @Override
    public String architecture() {
        return graph.architecture();
    }

    @Override
    public List<Task> tasks() {
        return List.copyOf(graph.outputs().keySet());
    }

    @Override
    public NDManager newManager() {
        return manager.newSubManager();
    }

    @Override
    public Map<Task, NDArray> forward(NDArray imagesNchw) {
        NativeEngine.useThreads(threads);
        boolean gradients = Tensors.gradients(false);
        // Pictures come in channels-last order, which every operation would hand on to the next.
        try (NDArray rowMajor = Tensors.inRowMajor(imagesNchw)) {
            return run.run(rowMajor, this::apply, false);
        } finally {
            Tensors.gradients(gradients);
        }
    }

    private NDArray apply(Operation operation, List<NDArray> inputs) {
        return operation instanceof MaxPool pool
                ? Tensors.maxPool(inputs.get(0), pool.kernel(), pool.stride(), pool.padding())
                : evaluation.apply(operation, inputs);
    }

    @Override
    public void close() {
        manager.close();
    }
}
