package dev.understudy.model.inference;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Graph;
import dev.understudy.model.network.Graph.EvaluationOperations;
import dev.understudy.model.network.Graph.GraphRun;
import dev.understudy.model.network.Graph.GraphRun.Operations;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import dev.understudy.model.network.NetworkWeights;
import dev.understudy.model.network.Operation;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import dev.understudy.model.network.Operation.MaxPool;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network frozen for inference: batch-norm folded, no gradients, intermediates gone as soon as they are used. Safe
 * for several threads at once; weights are shared, activations are not.
 */
public interface InferenceNetwork extends AutoCloseable {
    /**
     * @param threads that one call may use
     * @throws dev.understudy.model.checkpoint.CheckpointException if a tensor is missing, left over or of another shape
     */
    static InferenceNetwork of(
            Architecture architecture, Heads heads, Checkpoint checkpoint, Device device, int threads) {
        return of(NetworkWeights.of(architecture, heads, checkpoint), device, threads);
    }

    /** In float32. @param threads that one call may use */
    static InferenceNetwork of(NetworkWeights network, Device device, int threads) {
        return of(network, device, threads, Precision.FLOAT32);
    }

    /**
     * @param threads that one call may use
     * @param precision of all layers but the heads' last, which are always float32
     * @throws dev.understudy.conf.ConfigurationException if the device cannot calculate in it
     */
    static InferenceNetwork of(NetworkWeights network, Device device, int threads, Precision precision) {
        precision.check(device);
        return new FoldedNetwork(network.graph(), network.weights(), device, threads, precision.ofBuiltIn());
    }

    /** A frozen copy of a network in training; later training does not change it. */
    static InferenceNetwork of(Network network, Device device, int threads) {
        Checkpoint snapshot = network.snapshot();
        Architecture architecture = Architecture.parse(network.architecture());
        Heads heads = architecture.headsIn(snapshot).orElseThrow();
        return of(architecture, heads, snapshot, device, threads);
    }

    /** One libtorch operation a layer, nothing folded or released early: the baseline of benchmarks. */
    static InferenceNetwork plain(
            Architecture architecture, Heads heads, Checkpoint checkpoint, Device device, int threads) {
        NetworkWeights network = NetworkWeights.of(architecture, heads, checkpoint);
        return new PlainNetwork(network.graph(), network.weights(), device, threads);
    }

    /** The same network for a user who must not close it. */
    default InferenceNetwork lent() {
        return new LentNetwork(this);
    }

    /** As on the command line, for example {@code lw-refinenet152}. */
    String architecture();

    /** The tasks with a head, in the order segmentation, depth, normals. */
    List<Task> tasks();

    /** A new manager on this network's device, for inputs and outputs; the caller closes it. */
    NDManager newManager();

    /**
     * Runs the network at its own output stride, with no resizing of the outputs. Output values do not depend on the
     * thread that calls, nor on how many call at once.
     *
     * @param imagesNchw normalised images, float32, of any strides; stays the caller's
     * @return [N, classes, h, w] logits; [N, 1, h, w] metres, may be negative; [N, 3, h, w] not normalised. Attached to
     *     the manager of {@code imagesNchw}.
     */
    Map<Task, NDArray> forward(NDArray imagesNchw);

    /** Releases native memory; closing twice does nothing. */
    @Override
    void close();

    /** A network that somebody else closes. */
    record LentNetwork(InferenceNetwork owner) implements InferenceNetwork {
        @Override
        public String architecture() {
            return owner.architecture();
        }

        @Override
        public List<Task> tasks() {
            return owner.tasks();
        }

        @Override
        public NDManager newManager() {
            return owner.newManager();
        }

        @Override
        public Map<Task, NDArray> forward(NDArray imagesNchw) {
            return owner.forward(imagesNchw);
        }

        @Override
        public void close() {}
    }

    /** What evaluating a graph is, however it is done. Its weights live in {@link #manager}, and end with it. */
    abstract class GraphEvaluation implements InferenceNetwork {
        final Graph graph;
        final NDManager manager;
        private final int threads;

        GraphEvaluation(Graph graph, Device device, int threads) {
            this.graph = graph;
            this.manager = NativeEngine.newManager(device);
            this.threads = threads;
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
            try {
                return evaluate(imagesNchw);
            } finally {
                Tensors.gradients(gradients);
            }
        }

        /** As {@link #forward}, on as many threads as are given and without gradients. */
        abstract Map<Task, NDArray> evaluate(NDArray imagesNchw);

        @Override
        public void close() {
            manager.close();
        }
    }

    /**
     * The network as one would first write it: one libtorch operation a layer, NCHW, nothing folded, intermediates
     * alive until their manager closes. The baseline that benchmarks compare with; never used to label.
     */
    final class PlainNetwork extends GraphEvaluation {
        private final GraphRun run;
        private final Map<String, NDArray> weights = new HashMap<>();
        private final Operations evaluation = new EvaluationOperations(weights::get);

        PlainNetwork(Graph graph, Checkpoint checkpoint, Device device, int threads) {
            super(graph, device, threads);
            this.run = new GraphRun(graph);
            graph.parameters()
                    .forEach(p -> weights.put(
                            p.name(),
                            manager.create(
                                    FloatBuffer.wrap(FoldedWeights.floats(checkpoint, p.name())),
                                    new Shape(p.shape().getShape()),
                                    DataType.FLOAT32)));
        }

        @Override
        Map<Task, NDArray> evaluate(NDArray imagesNchw) {
            // Pictures come in channels-last order, which every operation would hand on to the next.
            try (NDArray rowMajor = Tensors.inRowMajor(imagesNchw)) {
                return run.run(rowMajor, this::apply, false);
            }
        }

        private NDArray apply(Operation operation, List<NDArray> inputs) {
            return operation instanceof MaxPool pool
                    ? Tensors.maxPool(inputs.get(0), pool.kernel(), pool.stride(), pool.padding())
                    : evaluation.apply(operation, inputs);
        }
    }

    /**
     * A convolution's weight and bias with the batch-norm after it multiplied in.
     *
     * @param weight [out, in/groups, kernel, kernel] row-major
     * @param bias [out]
     */
    public record FoldedWeights(float[] weight, float[] bias) {
        public static FoldedWeights of(Convolution layer, @Nullable BatchNorm norm, Checkpoint checkpoint) {
            float[] weight = floats(checkpoint, layer.weight());
            String biasName = layer.biasName();
            float[] bias = biasName == null ? new float[layer.out()] : floats(checkpoint, biasName);
            if (norm != null) {
                float[][] affine = affine(norm, checkpoint);
                int perOutput = weight.length / layer.out();
                for (int i = 0; i < weight.length; i++) {
                    weight[i] *= affine[0][i / perOutput];
                }
                for (int i = 0; i < bias.length; i++) {
                    bias[i] = bias[i] * affine[0][i] + affine[1][i];
                }
            }
            return new FoldedWeights(weight, bias);
        }

        /** A batch-norm under running statistics is a product and a sum: factor and offset by channel. */
        public static float[][] affine(BatchNorm norm, Checkpoint checkpoint) {
            float[] weight = floats(checkpoint, norm.name() + ".weight");
            float[] bias = floats(checkpoint, norm.name() + ".bias");
            float[] mean = floats(checkpoint, norm.name() + ".running_mean");
            float[] variance = floats(checkpoint, norm.name() + ".running_var");
            float[] factor = new float[weight.length];
            float[] offset = new float[weight.length];
            for (int i = 0; i < weight.length; i++) {
                double f = weight[i] / Math.sqrt(variance[i] + norm.epsilon());
                factor[i] = (float) f;
                offset[i] = (float) (bias[i] - mean[i] * f);
            }
            return new float[][] {factor, offset};
        }

        public static float[] floats(Checkpoint checkpoint, String name) {
            Tensor tensor = checkpoint.tensors().get(name);
            if (tensor == null) {
                throw new IllegalArgumentException("no tensor " + name);
            }
            return tensor.toFloats();
        }
    }
}
