package dev.understudy.cli;

import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checkpoints of students that have learned nothing: real networks, small enough for tests. */
public final class Students {
    private Students() {}

    public static void write(Path file, int classes, long seed, Task... tasks) throws IOException {
        PyTorchZipWriter.write(file, fresh(classes, seed, tasks));
    }

    /** One of whose tensors every element has the same value. */
    public static void writeWith(String tensor, float value, Path file, int classes, Task... tasks) throws IOException {
        Map<String, Tensor> tensors =
                new LinkedHashMap<>(fresh(classes, 1, tasks).tensors());
        float[] values = tensors.get(tensor).toFloats();
        Arrays.fill(values, value);
        tensors.put(tensor, Tensor.of(tensors.get(tensor).shape(), values));
        PyTorchZipWriter.write(file, new Checkpoint(tensors));
    }

    private static Checkpoint fresh(int classes, long seed, Task... tasks) {
        Heads heads = Heads.of(List.of(tasks), classes);
        try (Network network = Architecture.MT_LW_REFINENET.create(heads, NativeEngine.cpu(), seed)) {
            return network.snapshot();
        }
    }
}
