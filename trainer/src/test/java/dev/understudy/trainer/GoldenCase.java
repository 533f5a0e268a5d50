package dev.understudy.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.model.checkpoint.GoldenWeights;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.BatchBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** One of {@code golden/training}: a network, a batch, and what the original made of them. */
record GoldenCase(JsonNode json) {
    static GoldenCase read(String name) {
        try (InputStream in =
                Objects.requireNonNull(GoldenCase.class.getResourceAsStream("/golden/training/" + name + ".json"))) {
            return new GoldenCase(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long seed() {
        return json.path("seed").longValue();
    }

    private int number(String key) {
        return json.path(key).intValue();
    }

    List<Task> tasks() {
        List<Task> tasks = new ArrayList<>(List.of(Task.SEGMENTATION, Task.DEPTH));
        if (json.path("steps").path(0).has("normals")) {
            tasks.add(Task.NORMALS);
        }
        return tasks;
    }

    Network network() {
        String architecture = json.path("architecture").textValue();
        Network network =
                Architecture.MT_LW_REFINENET.create(Heads.of(tasks(), number("classes")), NativeEngine.cpu(), 0);
        network.load(GoldenWeights.checkpoint(
                architecture, seed(), json.path("convScale").doubleValue()));
        network.freezeBatchNorm(json.path("frozenBatchNorm").booleanValue());
        return network;
    }

    Batch batch() {
        int images = number("batch");
        int area = number("height") * number("width");
        int pixels = images * area;
        byte[] classes = new byte[pixels];
        float[] depth = new float[pixels];
        for (int i = 0; i < pixels; i++) {
            int label = (int) (GoldenWeights.uniform("train/segmentation", seed(), i) * number("classes") * 1.25);
            classes[i] = (byte) (label >= number("classes") ? 255 : label);
            depth[i] = (float) Math.max(0, GoldenWeights.uniform("train/depth", seed(), i) * 9 - 1);
        }
        float[] rgb = channelsLast(GoldenWeights.values("train/input", 3 * pixels, -2, 2, seed()), images, area);
        float[] normals = channelsLast(GoldenWeights.values("train/normals", 3 * pixels, -1, 1, seed()), images, area);
        normalise(normals);
        return BatchBuilder.builder()
                .height(number("height"))
                .width(number("width"))
                .ids(IntStream.range(0, images).mapToObj(i -> "golden/" + i).toList())
                .slices(Collections.nCopies(images, ClassSlice.all(number("classes"))))
                .rgbNhwc(rgb)
                .classesNhw(classes)
                .depthNhw(depth)
                .normalsNhwc(normals)
                .build();
    }

    private static float[] channelsLast(float[] nchw, int images, int area) {
        float[] nhwc = new float[nchw.length];
        for (int i = 0; i < nchw.length; i++) {
            int image = i / (3 * area);
            int channel = i / area % 3;
            nhwc[3 * (image * area + i % area) + channel] = nchw[i];
        }
        return nhwc;
    }

    private static void normalise(float[] xyz) {
        for (int i = 0; i < xyz.length; i += 3) {
            float length = (float) Math.sqrt(xyz[i] * xyz[i] + xyz[i + 1] * xyz[i + 1] + xyz[i + 2] * xyz[i + 2]);
            for (int c = i; c < i + 3; c++) {
                xyz[c] /= length;
            }
        }
    }
}
