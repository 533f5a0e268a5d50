package dev.understudy.model.external;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.understudy.files.DataException;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.ScriptedModule;
import dev.understudy.model.external.TensorNetwork.OutputTensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A network that libtorch runs from a TorchScript file. Its outputs are named by their place, {@code 0}, {@code 1}, …,
 * unless it gives a dictionary.
 */
public final class TorchScriptNetwork implements TensorNetwork {
    private final Path file;
    private final ScriptedModule module;
    private boolean closed;

    /** Whether it takes several pictures at once; null until it was seen. */
    private volatile @Nullable Boolean batches;

    private TorchScriptNetwork(Path file, ScriptedModule module) {
        this.file = file;
        this.module = module;
    }

    /** As it is written in a store, for example {@code libtorch 2.7.1}. */
    public static String engine() {
        return "libtorch " + NativeEngine.version();
    }

    /**
     * @param file whose maker is trusted
     * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}
     * @param threads that one call may use
     */
    public static TorchScriptNetwork open(Path file, String device, int threads) {
        return new TorchScriptNetwork(file, ScriptedModule.load(file, NativeEngine.start(device), threads));
    }

    /**
     * A script does not say; most take any number, and those that were traced with one may not. The first batch shows
     * it.
     */
    @Override
    public boolean takesBatches() {
        return !Boolean.FALSE.equals(batches);
    }

    @Override
    public Map<String, OutputTensor> run(FloatBuffer inputNchw, long[] shape, List<String> outputs) {
        if (shape[0] == 1) {
            return forward(inputNchw, shape, outputs);
        }
        Boolean known = batches;
        if (Boolean.TRUE.equals(known)) {
            return forward(inputNchw, shape, outputs);
        }
        Map<String, OutputTensor> alone = ScriptBatches.eachAlone(
                inputNchw, shape, one -> forward(one, new long[] {1, shape[1], shape[2], shape[3]}, outputs));
        if (known == null) {
            batches = ScriptBatches.agree(alone, () -> forward(inputNchw, shape, outputs));
        }
        return alone;
    }

    private Map<String, OutputTensor> forward(FloatBuffer inputNchw, long[] shape, List<String> outputs) {
        try (NDManager manager = module.newManager()) {
            NDArray input = manager.create(inputNchw, new Shape(shape), DataType.FLOAT32);
            Map<String, NDArray> given = module.forward(input);
            Map<String, OutputTensor> tensors = new LinkedHashMap<>();
            for (String name : outputs) {
                NDArray output = given.get(name);
                if (output == null) {
                    throw new DataException(file + ": gives no '" + name + "', it gives " + given.keySet()
                            + "; correct the card's outputs");
                }
                tensors.put(name, copy(output));
            }
            return tensors;
        }
    }

    private static OutputTensor copy(NDArray output) {
        try (NDArray floats = output.toType(DataType.FLOAT32, true)) {
            return new OutputTensor(floats.getShape().getShape(), floats.toFloatArray());
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            module.close();
        }
    }

    /**
     * Whether a script says of several pictures at once what it says of each alone: one that was traced with one may
     * not.
     */
    private static final class ScriptBatches {
        /** Of the largest value; rounding is far below, and another picture's answer far above. */
        private static final double TOLERANCE = 1e-3;

        private ScriptBatches() {}

        /**
         * Shows each picture of a batch alone, and puts the answers together.
         *
         * @param batch direct, of {@code shape} [n, channels, height, width]
         */
        static Map<String, OutputTensor> eachAlone(
                FloatBuffer batch, long[] shape, Function<FloatBuffer, Map<String, OutputTensor>> network) {
            int pictures = (int) shape[0];
            int each = batch.remaining() / pictures;
            Map<String, OutputTensor> together = new LinkedHashMap<>();
            for (int i = 0; i < pictures; i++) {
                int picture = i;
                network.apply(batch.slice(i * each, each)).forEach((name, answer) -> {
                    OutputTensor all = together.computeIfAbsent(name, n -> room(answer, pictures));
                    if (all.values().length != pictures * answer.values().length) {
                        throw new DataException("the network's '" + name + "' has " + answer.values().length
                                + " values for one picture and " + all.values().length / pictures
                                + " for another of the same size; frames of this network go one by one: set batch=1");
                    }
                    System.arraycopy(
                            answer.values(), 0, all.values(), picture * answer.values().length, answer.values().length);
                });
            }
            return together;
        }

        private static OutputTensor room(OutputTensor one, int pictures) {
            long[] shape = one.shape().clone();
            if (shape.length > 0) {
                shape[0] = pictures;
            }
            return new OutputTensor(shape, new float[Math.multiplyExact(pictures, one.values().length)]);
        }

        static boolean agree(Map<String, OutputTensor> alone, Supplier<Map<String, OutputTensor>> together) {
            try {
                Map<String, OutputTensor> batch = together.get();
                return alone.entrySet().stream().allMatch(one -> isNear(one.getValue(), batch.get(one.getKey())));
            } catch (DataException e) {
                // It fails on a batch, so it takes none.
                return false;
            }
        }

        private static boolean isNear(OutputTensor a, OutputTensor b) {
            if (!Arrays.equals(a.shape(), b.shape())) {
                return false;
            }
            double largest = 0;
            double farthest = 0;
            for (int i = 0; i < a.values().length; i++) {
                largest = Math.max(largest, Math.abs(a.values()[i]));
                // What is not finite is refused later, whichever way it is asked for.
                farthest = Math.max(farthest, Math.abs(a.values()[i] - b.values()[i]));
            }
            return !(farthest > TOLERANCE * largest);
        }
    }
}
