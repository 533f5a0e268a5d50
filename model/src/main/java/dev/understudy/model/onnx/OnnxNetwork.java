package dev.understudy.model.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.DataException;
import dev.understudy.model.external.TensorNetwork;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A network that ONNX Runtime runs, one session for all threads. */
public final class OnnxNetwork implements TensorNetwork {
    /** Values of an output; more would not fit into an array, nor into most heaps. */
    private static final long MOST_VALUES = 512L << 20;

    private final Path file;
    private final String input;
    private final boolean half;
    private final boolean takesBatches;
    private final OrtSession session;
    private boolean closed;

    private OnnxNetwork(Path file, OnnxFile description, OrtSession session) {
        this.file = file;
        this.input = description.input().name();
        this.half = description.input().isHalf();
        this.takesBatches = description.input().isDynamic(0);
        this.session = session;
    }

    /**
     * @param description of the same file, found in order
     * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}
     * @param threads that one call may use
     * @throws DataException if ONNX Runtime refuses the file
     * @throws ConfigurationException if the device is not there
     */
    public static OnnxNetwork open(OnnxFile description, String device, int threads) {
        Path file = description.path();
        try (SessionOptions options = options(threads)) {
            useDevice(options, device);
            return new OnnxNetwork(
                    file, description, OnnxRuntime.environment().createSession(file.toString(), options));
        } catch (OrtException e) {
            throw new DataException(file + ": ONNX Runtime refuses it: " + firstLine(e), e);
        }
    }

    private static SessionOptions options(int threads) throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        // Threads that spin between operations keep others off the processor, as OpenMP's would.
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }

    private static void useDevice(SessionOptions options, String device) throws OrtException {
        if (device.equals("cpu")) {
            return;
        }
        try {
            options.addCUDA(device.startsWith("gpu:") ? Integer.parseInt(device.substring(4)) : 0);
        } catch (OrtException e) {
            throw new ConfigurationException("device: " + device + ", but this ONNX Runtime has no CUDA here: "
                    + firstLine(e) + "; put onnxruntime_gpu in the place of onnxruntime, or use device cpu");
        }
    }

    @Override
    public boolean takesBatches() {
        return takesBatches;
    }

    @Override
    public Map<String, OutputTensor> run(FloatBuffer inputNchw, long[] shape, List<String> outputs) {
        try (OnnxTensor tensor = tensor(inputNchw, shape);
                OrtSession.Result result = session.run(Map.of(input, tensor), Set.copyOf(outputs))) {
            Map<String, OutputTensor> tensors = new LinkedHashMap<>();
            for (String name : outputs) {
                tensors.put(name, copy(name, result.get(name).orElseThrow()));
            }
            return tensors;
        } catch (OrtException e) {
            throw new DataException(file + ": ONNX Runtime fails on this picture: " + firstLine(e), e);
        }
    }

    private OnnxTensor tensor(FloatBuffer inputNchw, long[] shape) throws OrtException {
        return half
                ? OnnxTensor.createTensor(
                        OnnxRuntime.environment(),
                        Fp16Conversions.convertFloatBufferToFp16Buffer(inputNchw),
                        shape,
                        OnnxJavaType.FLOAT16)
                : OnnxTensor.createTensor(OnnxRuntime.environment(), inputNchw, shape);
    }

    private OutputTensor copy(String name, OnnxValue value) throws OrtException {
        if (!(value instanceof OnnxTensor tensor)) {
            throw new DataException(file + ": output '" + name + "' is no tensor");
        }
        TensorInfo info = tensor.getInfo();
        requireSize(file, name, info.getShape());
        return new OutputTensor(info.getShape(), floats(name, tensor, info));
    }

    /** @throws DataException if an output is of more values than a picture can be answered with */
    static void requireSize(Path file, String name, long[] shape) {
        double values = 1;
        for (long side : shape) {
            values *= side;
        }
        if (values > MOST_VALUES) {
            throw new DataException(file + ": output '" + name + "' is " + Arrays.toString(shape)
                    + " for this picture, expected at most " + MOST_VALUES
                    + " values; give the card a smaller size, or do not trust the file");
        }
    }

    private float[] floats(String name, OnnxTensor tensor, TensorInfo info) {
        switch (info.type) {
            case FLOAT, FLOAT16, BFLOAT16 -> {
                FloatBuffer from = tensor.getFloatBuffer();
                float[] values = new float[from.remaining()];
                from.get(values);
                return values;
            }
            case INT64 -> {
                LongBuffer from = tensor.getLongBuffer();
                float[] values = new float[from.remaining()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = from.get(i);
                }
                return values;
            }
            case INT32 -> {
                IntBuffer from = tensor.getIntBuffer();
                float[] values = new float[from.remaining()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = from.get(i);
                }
                return values;
            }
            case UINT8 -> {
                ByteBuffer from = tensor.getByteBuffer();
                float[] values = new float[from.remaining()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = from.get(i) & 0xFF;
                }
                return values;
            }
            default ->
                throw new DataException(file + ": output '" + name + "' is of "
                        + info.type.name().toLowerCase(Locale.ROOT) + ", expected float, int64, int32 or uint8");
        }
    }

    static String firstLine(OrtException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try {
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException("an ONNX session cannot be closed", e);
            }
        }
    }
}
