package dev.understudy.model.onnx;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.DataException;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.external.TensorNetwork;
import dev.understudy.model.external.TensorNetwork.OutputTensor;
import dev.understudy.model.inference.InferenceNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One of our own networks, run from the ONNX file that was exported of it, without what surrounds a network inside. */
public final class OnnxInference implements InferenceNetwork {
    private final String architecture;
    private final List<Task> tasks;
    private final TensorNetwork network;

    private OnnxInference(String architecture, List<Task> tasks, TensorNetwork network) {
        this.architecture = architecture;
        this.tasks = tasks;
        this.network = network;
    }

    /**
     * @param architecture that the network is of
     * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}
     * @param threads that one call may use
     * @throws DataException if it is no such file, or ONNX Runtime refuses it
     */
    public static OnnxInference open(Path file, String architecture, String device, int threads) {
        OnnxFile onnx = OnnxFile.read(file);
        List<Task> tasks = Arrays.stream(Task.values())
                .filter(task -> onnx.output(task.key()).isPresent())
                .toList();
        if (tasks.isEmpty() || !onnx.input().name().equals("image")) {
            throw new DataException(file + ": found input " + onnx.input().name() + " and outputs "
                    + onnx.outputs().stream().map(OnnxTensorType::name).toList()
                    + ", expected image and some of segmentation, depth and normals; export it again without --whole");
        }
        return new OnnxInference(architecture, tasks, OnnxNetwork.open(onnx, device, threads));
    }

    @Override
    public String architecture() {
        return architecture;
    }

    @Override
    public List<Task> tasks() {
        return tasks;
    }

    @Override
    public NDManager newManager() {
        return NativeEngine.newManager(Device.cpu());
    }

    @Override
    public Map<Task, NDArray> forward(NDArray imagesNchw) {
        float[] values;
        // Row-major already, it is the caller's own and not ours to close.
        NDArray rowMajor = Tensors.inRowMajor(imagesNchw);
        values = rowMajor.toFloatArray();
        if (rowMajor != imagesNchw) {
            rowMajor.close();
        }
        FloatBuffer input = ByteBuffer.allocateDirect(Float.BYTES * values.length)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(values)
                .flip();
        Map<String, OutputTensor> outputs = network.run(
                input,
                imagesNchw.getShape().getShape(),
                tasks.stream().map(Task::key).toList());
        Map<Task, NDArray> results = new EnumMap<>(Task.class);
        for (Task task : tasks) {
            OutputTensor output = outputs.get(task.key());
            results.put(task, imagesNchw.getManager().create(output.values(), new Shape(output.shape())));
        }
        return results;
    }

    @Override
    public void close() {
        network.close();
    }
}
