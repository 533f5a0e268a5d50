package dev.understudy.model.torchscript;

import dev.understudy.files.DataException;
import dev.understudy.model.external.TensorNetwork.OutputTensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Whether a script says of several pictures at once what it says of each alone: one that was traced with one may not. */
final class ScriptBatches {
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
