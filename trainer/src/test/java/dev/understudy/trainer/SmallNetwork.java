package dev.understudy.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.trainer.optimiser.Optimiser.Autograd;
import dev.understudy.trainer.optimiser.RecordedNetwork;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;

/** Two layers at stride 4: all that the trainer needs to know of a network, in milliseconds. */
public final class SmallNetwork extends RecordedNetwork {
    public static final int CLASSES = 3;
    private static final int WIDTH = 8;

    public SmallNetwork(long seed) {
        Random random = new Random(seed);
        add("encoder.weight", new Shape(WIDTH, 3, 5, 5), random);
        add("encoder.bias", new Shape(WIDTH), random);
        add("segm.weight", new Shape(CLASSES, WIDTH, 1, 1), random);
        add("segm.bias", new Shape(CLASSES), random);
        add("depth.weight", new Shape(1, WIDTH, 1, 1), random);
        add("depth.bias", new Shape(1), random);
    }

    private void add(String name, Shape shape, Random random) {
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.2 * random.nextGaussian());
        }
        NDArray array = manager.create(values, shape);
        array.setRequiresGradient(true);
        add(name, name.endsWith("bias") ? Parameter.Type.BIAS : Parameter.Type.WEIGHT, array);
    }

    /** Everything it holds, for tests that count. */
    public NDManager manager() {
        return manager;
    }

    @Override
    public String architecture() {
        return "small";
    }

    @Override
    public List<Task> tasks() {
        return List.of(Task.SEGMENTATION, Task.DEPTH);
    }

    @Override
    public Map<Task, NDArray> forward(NDArray imagesNchw, boolean training) {
        try (Autograd.Mode mode = training ? Autograd.recording() : Autograd.paused()) {
            NDArray features =
                    convolve(imagesNchw, "encoder", 4, 2).getNDArrayInternal().relu();
            Map<Task, NDArray> results = new EnumMap<>(Task.class);
            results.put(Task.SEGMENTATION, convolve(features, "segm", 1, 0));
            results.put(Task.DEPTH, convolve(features, "depth", 1, 0));
            return recorded(results);
        }
    }

    /** It has none. */
    @Override
    public void observeNorms(NDArray imagesNchw, BiConsumer<BatchNorm, NDArray> observer) {}

    private NDArray convolve(NDArray x, String name, int stride, int padding) {
        return Conv2d.conv2d(
                        x,
                        array(name + ".weight"),
                        array(name + ".bias"),
                        new Shape(stride, stride),
                        new Shape(padding, padding),
                        new Shape(1, 1),
                        1)
                .singletonOrThrow();
    }

    @Override
    public boolean isEncoder(String parameter) {
        return parameter.startsWith("encoder");
    }

    @Override
    public void freezeBatchNorm(boolean frozen) {}

    @Override
    public void trainIn(Precision precision) {
        precision.check(manager.getDevice());
    }

    @Override
    public void load(Checkpoint checkpoint) {
        try (Autograd.Mode paused = Autograd.paused()) {
            checkpoint.tensors().forEach((name, tensor) -> {
                try (NDArray values = manager.create(tensor.toFloats(), new Shape(tensor.shape()))) {
                    Autograd.copy(values, array(name));
                }
            });
        }
    }

    @Override
    public Checkpoint snapshot() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        parameters()
                .forEach((name, parameter) -> tensors.put(
                        name,
                        Tensor.of(
                                parameter.getArray().getShape().getShape(),
                                parameter.getArray().toFloatArray())));
        return new Checkpoint(tensors);
    }
}
