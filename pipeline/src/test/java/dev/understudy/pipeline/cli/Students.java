package dev.understudy.pipeline.cli;

import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Checkpoints of students that have learned nothing: real networks, small enough for tests. */
public final class Students {
    private Students() {}

    public static void write(Path file, int classes, long seed, Task... tasks) throws IOException {
        Heads heads = Heads.of(List.of(tasks), classes);
        try (Network network = Architecture.MT_LW_REFINENET.create(heads, NativeEngine.cpu(), seed)) {
            PyTorchZipWriter.write(file, network.snapshot());
        }
    }
}
