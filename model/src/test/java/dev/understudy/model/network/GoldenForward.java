package dev.understudy.model.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.GoldenWeights;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.testng.annotations.DataProvider;

/**
 * The cases of {@code golden/forward}: what the original authors' code gave, in float64, for weights and input that the
 * fill rule makes.
 *
 * @param tensors name of the list in {@code golden/architectures}
 */
public record GoldenForward(String tensors, long seed, long[] inputShape, Map<Task, String> outputFiles) {
    public static List<GoldenForward> all() {
        List<GoldenForward> cases = new ArrayList<>();
        try (InputStream in = open("cases.json")) {
            for (JsonNode node : new ObjectMapper().readTree(in)) {
                long[] shape = new long[4];
                for (int i = 0; i < 4; i++) {
                    shape[i] = node.path("input").path(i).longValue();
                }
                Map<Task, String> outputs = new EnumMap<>(Task.class);
                node.path("outputs")
                        .properties()
                        .forEach(e -> outputs.put(
                                Task.valueOf(e.getKey().toUpperCase(Locale.ROOT)),
                                e.getValue().textValue()));
                cases.add(new GoldenForward(
                        node.path("architecture").textValue(), node.path("seed").longValue(), shape, outputs));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cases;
    }

    /** All, for tests that run once for each. */
    @DataProvider(name = "golden")
    public static Object[][] cases() {
        return all().stream().map(c -> new Object[] {c}).toArray(Object[][]::new);
    }

    public static GoldenForward of(String tensors) {
        return all().stream().filter(c -> c.tensors.equals(tensors)).findFirst().orElseThrow();
    }

    public Architecture architecture() {
        return tensors.startsWith("mt-") ? Architecture.MT_LW_REFINENET : Architecture.parse(tensors);
    }

    public Checkpoint checkpoint() {
        return GoldenWeights.checkpoint(tensors, seed);
    }

    public float[] input() {
        int count = 1;
        for (long size : inputShape) {
            count *= (int) size;
        }
        return GoldenWeights.values("input", count, -2, 2, seed);
    }

    /** The greatest relative L2 error that the golden numbers' makers allow. */
    public double tolerance() {
        return tensors.startsWith("mt-") ? 1e-3 : 1e-5;
    }

    public float[] expected(Task task) {
        try (InputStream in = open(Objects.requireNonNull(outputFiles.get(task)))) {
            ByteBuffer npy = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            int header = npy.getShort(8);
            String description = new String(npy.array(), 10, header, StandardCharsets.ISO_8859_1);
            if (!description.contains("<f4") || !description.contains("'fortran_order': False")) {
                throw new IllegalStateException(description);
            }
            npy.position(10 + header);
            float[] values = new float[npy.remaining() / 4];
            npy.asFloatBuffer().get(values);
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** ‖found − expected‖ / ‖expected‖ */
    public static double error(float[] found, float[] expected) {
        if (found.length != expected.length) {
            throw new AssertionError(found.length + " values, expected " + expected.length);
        }
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < found.length; i++) {
            difference += Math.pow((double) found[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / norm);
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(GoldenForward.class.getResourceAsStream("/golden/forward/" + name), name);
    }
}
