package dev.understudy.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Weights without weight files: the fill rule by which the golden numbers of the original networks were computed. Every
 * element is a function of the tensor's name, a seed and the element's row-major index.
 *
 * <p>Exported in this module's test jar, with the lists of tensors under {@code golden/architectures}.
 */
public final class GoldenWeights {
    /** Several tests ask for the same half gigabyte, one after the other. */
    private static final Map<Made, SoftReference<Checkpoint>> MADE = new ConcurrentHashMap<>();

    private record Made(String architecture, long seed, double convScale) {}

    private GoldenWeights() {}

    /** The rule's uniform number in [0, 1), a multiple of 2^-24. */
    public static double uniform(String name, long seed, long index) {
        return uniform(fnv1a64(name) ^ seed, index);
    }

    /** {@code count} values of tensor {@code name}, between {@code low} and {@code high}, in row-major order. */
    public static float[] values(String name, int count, double low, double high, long seed) {
        long base = fnv1a64(name) ^ seed;
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (low + (high - low) * uniform(base, i));
        }
        return values;
    }

    /** A float32 tensor of these values. */
    public static Tensor tensor(String name, long[] shape, double low, double high, long seed) {
        long count = 1;
        for (long size : shape) {
            count = Math.multiplyExact(count, size);
        }
        return Tensor.of(shape, values(name, Math.toIntExact(count), low, high, seed));
    }

    /** Every tensor of {@code golden/architectures/<architecture>.json}. */
    public static Checkpoint checkpoint(String architecture, long seed) {
        return checkpoint(architecture, seed, 1);
    }

    /**
     * Every tensor of an architecture.
     *
     * @param convScale factor on low and high of the tensors with four dimensions
     */
    public static Checkpoint checkpoint(String architecture, long seed, double convScale) {
        Made made = new Made(architecture, seed, convScale);
        SoftReference<Checkpoint> kept = MADE.get(made);
        Checkpoint checkpoint = kept == null ? null : kept.get();
        if (checkpoint == null) {
            checkpoint = make(architecture, seed, convScale);
            MADE.put(made, new SoftReference<>(checkpoint));
        }
        return checkpoint;
    }

    private static Checkpoint make(String architecture, long seed, double convScale) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (JsonNode entry : architecture(architecture).path("tensors")) {
            String name = entry.path("name").textValue();
            long[] shape = new long[entry.path("shape").size()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = entry.path("shape").path(i).longValue();
            }
            double scale = shape.length == 4 ? convScale : 1;
            double low = entry.path("low").doubleValue() * scale;
            double high = entry.path("high").doubleValue() * scale;
            tensors.put(name, tensor(name, shape, low, high, seed));
        }
        return new Checkpoint(tensors);
    }

    private static JsonNode architecture(String architecture) {
        String resource = "/golden/architectures/" + architecture + ".json";
        try (InputStream in = GoldenWeights.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + resource);
            }
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double uniform(long base, long index) {
        long z = base + (index + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 40) * 0x1p-24;
    }

    private static long fnv1a64(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b & 0xFF) * 0x100000001b3L;
        }
        return hash;
    }
}
