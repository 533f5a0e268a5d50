package dev.understudy.model.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.DataException;
import dev.understudy.model.external.TensorNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A network that ONNX Runtime runs, one session for all threads. */
public final class OnnxNetwork implements TensorNetwork {
    /** Values of an output; more would not fit into an array, nor into most heaps. */
    private static final long MOST_VALUES = 512L << 20;

    /** Far above what any network takes on one thread. */
    private static final Duration LONGEST_PICTURE = Duration.ofMinutes(30);

    private final Path file;
    private final OnnxInput input;
    private final boolean takesBatches;
    private final OrtSession session;
    private final Duration longestPicture;
    private boolean closed;

    private OnnxNetwork(Path file, OnnxFile description, OrtSession session, Duration longestPicture) {
        this.longestPicture = longestPicture;
        this.file = file;
        this.input = new OnnxInput(description.input());
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
        return open(description, device, threads, LONGEST_PICTURE);
    }

    /** @param longestPicture after which a call is ended, times the pictures that it shows */
    static OnnxNetwork open(OnnxFile description, String device, int threads, Duration longestPicture) {
        Path file = description.path();
        try (SessionOptions options = options(threads)) {
            useDevice(options, device);
            return new OnnxNetwork(
                    file,
                    description,
                    OnnxRuntime.environment().createSession(description.local().toString(), options),
                    longestPicture);
        } catch (OrtException e) {
            throw refused(file, e);
        }
    }

    static DataException refused(Path file, OrtException e) {
        return OnnxArena.isExhausted(e)
                ? noMemory(file, e)
                : new DataException(
                        file + ": ONNX Runtime refuses it: " + OnnxRuntime.reason(e)
                                + "; copy it again, or export it again in float32 with operators that "
                                + OnnxRuntime.version() + " knows",
                        e);
    }

    private static DataException noMemory(Path file, OrtException e) {
        return new DataException(
                file + ": there is not enough memory for it, expected at most " + OnnxArena.limitInWords()
                        + "; give the card a smaller size, or do not trust the file",
                e);
    }

    private static SessionOptions options(int threads) throws OrtException {
        SessionOptions options = OnnxRuntime.options();
        options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        // Threads that spin between operations keep others off the processor, as OpenMP's would.
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }

    /**
     * @param device as of {@link #open}
     * @throws ConfigurationException if it is not there
     */
    public static void requireDevice(String device) {
        try (SessionOptions options = OnnxRuntime.options()) {
            useDevice(options, device);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime gives no options", e);
        }
    }

    private static void useDevice(SessionOptions options, String device) throws OrtException {
        if (device.equals("cpu")) {
            return;
        }
        try {
            options.addCUDA(device.startsWith("gpu:") ? Integer.parseInt(device.substring(4)) : 0);
        } catch (OrtException e) {
            throw new ConfigurationException("device: " + device + ", but this ONNX Runtime has no CUDA here: "
                    + OnnxRuntime.reason(e) + "; put onnxruntime_gpu in the place of onnxruntime, or use device cpu");
        }
    }

    @Override
    public boolean takesBatches() {
        return takesBatches;
    }

    @Override
    public Map<String, OutputTensor> run(FloatBuffer inputNchw, long[] shape, List<String> outputs) {
        try (Deadline deadline = new Deadline(longestPicture.multipliedBy(shape[0]));
                OnnxTensor tensor = input.tensor(inputNchw, shape);
                OrtSession.Result result =
                        session.run(Map.of(input.type().name(), tensor), Set.copyOf(outputs), deadline.options)) {
            Map<String, OutputTensor> tensors = new LinkedHashMap<>();
            for (String name : outputs) {
                tensors.put(name, copy(name, result.get(name).orElseThrow()));
            }
            return tensors;
        } catch (OrtException e) {
            throw failed(shape, e);
        }
    }

    private DataException failed(long[] shape, OrtException e) {
        if (OnnxArena.isExhausted(e)) {
            return noMemory(file, e);
        }
        if (String.valueOf(e.getMessage()).contains("terminate flag")) {
            return new DataException(
                    file + ": did not end within " + longestPicture.toMinutes()
                            + " minutes a picture; give the card a smaller size, or do not trust the file",
                    e);
        }
        return new DataException(
                file + ": ONNX Runtime fails on this picture, shown as " + Arrays.toString(shape) + ": "
                        + OnnxRuntime.reason(e) + "; give the card the size that it was exported for",
                e);
    }

    /** Ends a call that goes on and on: a file may loop for ever, and a session listens between two operators. */
    private static final class Deadline implements AutoCloseable {
        private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "onnx-deadline");
            thread.setDaemon(true);
            return thread;
        });

        private final RunOptions options;
        private final Future<?> end;
        private boolean over;

        Deadline(Duration time) throws OrtException {
            options = new RunOptions();
            end = CLOCK.schedule(this::pass, time.toMillis(), TimeUnit.MILLISECONDS);
        }

        private synchronized void pass() {
            if (!over) {
                try {
                    options.setTerminate(true);
                } catch (OrtException e) {
                    throw new IllegalStateException("a call of ONNX Runtime cannot be ended", e);
                }
            }
        }

        @Override
        public synchronized void close() {
            over = true;
            end.cancel(false);
            options.close();
        }
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
        float[] values = new float[Math.toIntExact(info.getNumElements())];
        switch (info.onnxType) {
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT,
                    ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16,
                    ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 ->
                tensor.getFloatBuffer().get(values);
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> {
                DoubleBuffer from = tensor.getDoubleBuffer();
                fill(values, i -> (float) from.get(i));
            }
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> {
                LongBuffer from = tensor.getLongBuffer();
                fill(values, from::get);
            }
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> {
                IntBuffer from = tensor.getIntBuffer();
                fill(values, from::get);
            }
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> {
                ShortBuffer from = tensor.getShortBuffer();
                fill(values, from::get);
            }
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> {
                ShortBuffer from = tensor.getShortBuffer();
                fill(values, i -> from.get(i) & 0xFFFF);
            }
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8, ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> {
                ByteBuffer from = tensor.getByteBuffer();
                fill(values, from::get);
            }
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> {
                ByteBuffer from = tensor.getByteBuffer();
                fill(values, i -> from.get(i) & 0xFF);
            }
            default ->
                throw new DataException(file + ": output '" + name + "' is of "
                        + info.type.name().toLowerCase(Locale.ROOT) + ", expected numbers; export it as float32");
        }
        return values;
    }

    private static void fill(float[] values, IntToFloat from) {
        for (int i = 0; i < values.length; i++) {
            values[i] = from.at(i);
        }
    }

    private interface IntToFloat {
        float at(int index);
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

    /** Gives pictures to a network as it takes them: in its elements, and in its order of dimensions. */
    private record OnnxInput(OnnxTensorType type) {
        /**
         * @param nchw direct, native order, of {@code shape}
         * @param shape [N, 3, height, width]
         * @return to be closed
         */
        OnnxTensor tensor(FloatBuffer nchw, long[] shape) throws OrtException {
            OrtEnvironment environment = OnnxRuntime.environment();
            FloatBuffer values = type.hasChannelsLast() ? channelsLast(nchw, shape) : nchw;
            long[] sides = type.shapeOf(shape);
            return switch (OnnxTensorType.elementName(type.element())) {
                case "float16" ->
                    OnnxTensor.createTensor(
                            environment,
                            Fp16Conversions.convertFloatBufferToFp16Buffer(values),
                            sides,
                            OnnxJavaType.FLOAT16);
                case "bfloat16" ->
                    OnnxTensor.createTensor(
                            environment,
                            Fp16Conversions.convertFloatBufferToBf16Buffer(values),
                            sides,
                            OnnxJavaType.BFLOAT16);
                case "float64" -> OnnxTensor.createTensor(environment, doubles(values), sides);
                case "uint8" -> OnnxTensor.createTensor(environment, bytes(values), sides, OnnxJavaType.UINT8);
                default -> OnnxTensor.createTensor(environment, values, sides);
            };
        }

        private static FloatBuffer channelsLast(FloatBuffer nchw, long[] shape) {
            int channels = (int) shape[1];
            int pixels = (int) (shape[2] * shape[3]);
            FloatBuffer last = direct(nchw.remaining(), Float.BYTES).asFloatBuffer();
            for (int i = 0; i < last.capacity(); i++) {
                int picture = i / (pixels * channels);
                int pixel = i / channels % pixels;
                last.put(i, nchw.get((picture * channels + i % channels) * pixels + pixel));
            }
            return last;
        }

        private static DoubleBuffer doubles(FloatBuffer values) {
            DoubleBuffer doubles = direct(values.remaining(), Double.BYTES).asDoubleBuffer();
            for (int i = 0; i < doubles.capacity(); i++) {
                doubles.put(i, values.get(i));
            }
            return doubles;
        }

        private static ByteBuffer bytes(FloatBuffer values) {
            ByteBuffer bytes = direct(values.remaining(), 1);
            for (int i = 0; i < bytes.capacity(); i++) {
                bytes.put(i, (byte) Math.max(0, Math.min(255, Math.round(values.get(i)))));
            }
            return bytes;
        }

        private static ByteBuffer direct(int elements, int size) {
            return ByteBuffer.allocateDirect(Math.multiplyExact(elements, size)).order(ByteOrder.nativeOrder());
        }
    }
}
