package dev.understudy.trainer.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.Activation;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Graph;
import dev.understudy.model.network.Graph.GraphRun;
import dev.understudy.model.network.Operation;
import dev.understudy.trainer.optimiser.Optimiser.Autograd;
import dev.understudy.trainer.optimiser.RecordedNetwork;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The network as one would first write it for training: one libtorch operation a layer, NCHW, torch's own batch-norm,
 * automatic differentiation. The baseline of the benchmark; never used to train.
 */
final class PlainTraining extends RecordedNetwork {
    private final Graph graph;
    private final GraphRun run;

    PlainTraining(Graph graph, Checkpoint weights) {
        this.graph = graph;
        this.run = new GraphRun(graph);
        graph.parameters().forEach(spec -> {
            Shape shape = new Shape(spec.shape().getShape());
            NDArray array = manager.create(weights.tensors().get(spec.name()).toFloats(), shape);
            array.setRequiresGradient(!spec.isStatistic());
            add(spec.name(), spec.type(), array);
        });
    }

    @Override
    public Map<Task, NDArray> forward(NDArray imagesNchw, boolean training) {
        try (Autograd.Mode recording = Autograd.recording();
                NDArray rowMajor = imagesNchw.mul(1)) {
            float[] pixels = rowMajor.toFloatArray();
            NDArray nchw = imagesNchw.getManager().create(pixels, imagesNchw.getShape());
            return recorded(run.run(nchw, this::apply, false));
        }
    }

    private NDArray apply(Operation operation, List<NDArray> inputs) {
        NDArray x = inputs.get(0);
        if (operation instanceof Operation.Convolution c) {
            String bias = c.biasName();
            return Tensors.convolve(
                    x,
                    array(c.weight()),
                    bias == null ? null : array(bias),
                    c.stride(),
                    c.padding(),
                    c.dilation(),
                    c.groups());
        } else if (operation instanceof Operation.BatchNorm norm) {
            return Tensors.batchNorm(
                    x,
                    array(norm.name() + ".weight"),
                    array(norm.name() + ".bias"),
                    array(norm.name() + ".running_mean"),
                    array(norm.name() + ".running_var"),
                    true,
                    norm.epsilon());
        } else if (operation instanceof Operation.Activate activate) {
            return activate.activation() == Activation.RELU6 ? x.clip(0, 6) : Tensors.relu(x);
        } else if (operation instanceof Operation.Add) {
            return x.add(inputs.get(1));
        } else if (operation instanceof Operation.MaxPool pool) {
            return Tensors.maxPool(x, pool.kernel(), pool.stride(), pool.padding());
        } else if (operation instanceof Operation.UpsampleLike upsample) {
            return Tensors.upsampleLike(x, inputs.get(1), upsample.alignCorners());
        } else if (operation instanceof Operation.Dropout dropout) {
            return Tensors.dropout(x, dropout.rate(), true);
        }
        throw new IllegalArgumentException("no operation " + operation);
    }

    @Override
    public void observeNorms(NDArray imagesNchw, BiConsumer<Operation.BatchNorm, NDArray> observer) {
        throw new UnsupportedOperationException("the plain form is for measuring");
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
    public boolean isEncoder(String parameter) {
        return graph.encoder().test(parameter);
    }

    @Override
    public void freezeBatchNorm(boolean frozen) {
        throw new UnsupportedOperationException("the plain form is for measuring");
    }

    @Override
    public void trainIn(Precision precision) {
        throw new UnsupportedOperationException("the plain form is for measuring");
    }

    @Override
    public void load(Checkpoint checkpoint) {
        throw new UnsupportedOperationException("the plain form is for measuring");
    }

    @Override
    public Checkpoint snapshot() {
        throw new UnsupportedOperationException("the plain form is for measuring");
    }
}
