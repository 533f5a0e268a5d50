package dev.understudy.cli.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.npy.NpyFile;
import dev.understudy.dataset.npy.NpyFile.NpyArray;
import dev.understudy.files.DataException;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.pipeline.predict.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Runs a network on a tensor that is already normalised and keeps its outputs as they are. */
final class TensorPrediction {
    private TensorPrediction() {}

    /**
     * @param input float32 NCHW {@code .npy}
     * @param out folder for one {@code <task>.npy} a head
     * @return the shape of each output
     */
    static SortedMap<String, long[]> run(ModelFile model, String device, Path input, Path out) throws IOException {
        NpyArray images = NpyFile.read(input);
        long[] shape = images.shape();
        if (shape.length != 4 || shape[1] != 3 || images.values().length == 0) {
            throw new DataException(input + ": shape " + Arrays.toString(shape)
                    + ", expected [N, 3, H, W] with no size of 0, pictures that are normalised already");
        }
        SortedMap<String, long[]> shapes = new TreeMap<>();
        try (InferenceNetwork network = model.build(device, Runtime.getRuntime().availableProcessors());
                NDManager manager = network.newManager()) {
            NDArray imagesNchw = Tensors.create(manager, images.values(), new Shape(shape));
            for (Map.Entry<Task, NDArray> output : network.forward(imagesNchw).entrySet()) {
                float[] values = output.getValue().toFloatArray();
                requireFinite(input, output.getKey(), values);
                long[] outputShape = output.getValue().getShape().getShape();
                String name = output.getKey().key() + ".npy";
                NpyFile.write(out.resolve(name), new NpyArray(outputShape, values));
                shapes.put(name, outputShape);
            }
        }
        return shapes;
    }

    private static void requireFinite(Path input, Task task, float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new DataException(
                        input + ": the network's " + task.key() + " is not finite somewhere; look at the"
                                + " weights with 'understudy checkpoint inspect', and at the array");
            }
        }
    }
}
