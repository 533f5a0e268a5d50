package dev.understudy.model.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Graph.CheckpointFit;
import dev.understudy.model.network.Graph.EvaluationOperations;
import dev.understudy.model.network.Graph.GraphRun;
import dev.understudy.model.network.Graph.GraphRun.Operations;
import dev.understudy.model.network.Graph.ParameterSpec;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Step.TrainedWeights;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The trainable form of any graph. Convolution weights lie in channels-last order, which carries over to activations
 * and gradients: pooling and upsampling are several times faster so.
 */
final class GraphNetwork implements Network, TrainedWeights {
    private final Graph graph;
    private final GraphRun run;
    private final NDManager manager;
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, NDArray> gradients = new HashMap<>();
    private boolean batchNormFrozen;
    private Precision precision = Precision.FLOAT32;
    private @Nullable TrainingPass pass;

    GraphNetwork(Graph graph, Device device, long seed) {
        this.graph = graph;
        this.run = new GraphRun(graph);
        this.manager = NativeEngine.newManager(device);
        Initialisation initialisation = new Initialisation(seed, graph.encoder());
        for (ParameterSpec spec : graph.parameters()) {
            NDArray array = Tensors.create(manager, initialisation.values(spec), spec.shape());
            Parameter parameter = Parameter.builder()
                    .setName(spec.name())
                    .setType(spec.type())
                    .optRequiresGrad(!spec.isStatistic())
                    .optArray(array)
                    .build();
            array.setRequiresGradient(!spec.isStatistic());
            parameters.put(spec.name(), parameter);
        }
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
    public Map<Task, NDArray> forward(NDArray imagesNchw, boolean training) {
        return unrecorded(() -> {
            if (!training) {
                return run.run(imagesNchw, new EvaluationOperations(this::array), true);
            }
            boolean atOnce = precision.isShort() || imagesNchw.getDevice().isGpu();
            pass = new TrainingPass(graph, this, precision, batchNormFrozen, atOnce);
            return pass.forward(imagesNchw);
        });
    }

    @Override
    public void observeNorms(NDArray imagesNchw, BiConsumer<BatchNorm, NDArray> observer) {
        Operations evaluation = new EvaluationOperations(this::array);
        Operations observed = (operation, inputs) -> {
            if (operation instanceof BatchNorm norm) {
                observer.accept(norm, inputs.get(0));
            }
            return evaluation.apply(operation, inputs);
        };
        unrecorded(() -> run.run(imagesNchw, observed, true)).values().forEach(NDArray::close);
    }

    @Override
    public void backward(Map<Task, NDArray> byOutputs) {
        TrainingPass last = pass;
        if (last == null) {
            throw new IllegalStateException("nothing to go back through: no forward pass for training came before");
        }
        pass = null;
        unrecorded(() -> {
            last.backward(byOutputs);
            return byOutputs;
        });
    }

    /** The engine's own differentiation is off: this network does without it. */
    private static <T> T unrecorded(Supplier<T> work) {
        boolean before = Tensors.gradients(false);
        try {
            return work.get();
        } finally {
            Tensors.gradients(before);
        }
    }

    @Override
    public NDArray array(String name) {
        return parameters.get(name).getArray();
    }

    @Override
    public boolean trains(String name) {
        return array(name).hasGradient();
    }

    @Override
    public void addGradient(String name, NDArray derivative) {
        Tensors.addInPlace(gathered(name), derivative);
    }

    /** The gradient of a parameter, zeros if none has ever reached it. */
    NDArray gathered(String name) {
        return gradients.computeIfAbsent(name, n -> Tensors.zerosLike(array(n)));
    }

    @Override
    public @Nullable NDArray gradient(String name) {
        return gradients.get(name);
    }

    @Override
    public void zeroGradients() {
        gradients.values().forEach(Tensors::zeroInPlace);
    }

    @Override
    public Map<String, Parameter> parameters() {
        return Collections.unmodifiableMap(parameters);
    }

    @Override
    public boolean isEncoder(String parameter) {
        return graph.encoder().test(parameter);
    }

    @Override
    public void freezeBatchNorm(boolean frozen) {
        batchNormFrozen = frozen;
    }

    @Override
    public void trainIn(Precision numbers) {
        numbers.check(manager.getDevice());
        precision = numbers.ofBuiltIn();
    }

    @Override
    public void load(Checkpoint checkpoint) {
        CheckpointFit.check(graph, checkpoint);
        unrecorded(() -> {
            parameters.forEach((name, parameter) -> Tensors.assign(
                    parameter.getArray(), checkpoint.tensors().get(name).toFloats()));
            return parameters;
        });
    }

    @Override
    public Checkpoint snapshot() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> {
            NDArray array = parameter.getArray();
            tensors.put(name, Tensor.of(array.getShape().getShape(), array.toFloatArray()));
        });
        return new Checkpoint(tensors);
    }

    @Override
    public void close() {
        manager.close();
    }

    /**
     * Fresh weights, a function of seed, name and shape alone. Encoder convolutions are Kaiming normal over fan-in (√(2
     * / fan-in)), as batch-norm or residual blocks want; the decoder's, which nothing normalises, are uniform in
     * ±1/√fan-in, PyTorch's own default. Biases are 0 and batch-norm is the identity.
     */
    record Initialisation(long seed, Predicate<String> encoder) {
        float[] values(ParameterSpec spec) {
            float[] values = new float[(int) spec.shape().size()];
            switch (spec.type()) {
                case WEIGHT -> fill(values, spec);
                case GAMMA, RUNNING_VAR -> Arrays.fill(values, 1);
                default -> Arrays.fill(values, 0);
            }
            return values;
        }

        private void fill(float[] values, ParameterSpec spec) {
            SplittableRandom random = new SplittableRandom(
                    seed * 0x9E3779B97F4A7C15L ^ spec.name().hashCode());
            double fanIn = (double) values.length / spec.shape().get(0);
            boolean normal = encoder.test(spec.name());
            double scale = Math.sqrt((normal ? 2 : 1) / fanIn);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (scale * (normal ? random.nextGaussian() : 2 * random.nextDouble() - 1));
            }
        }
    }
}
