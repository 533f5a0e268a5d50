package dev.understudy.model.export;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Task;
import dev.understudy.files.Scratch;
import dev.understudy.model.external.TensorNetwork.OutputTensor;
import dev.understudy.model.external.TorchScriptNetwork;
import dev.understudy.model.network.GoldenForward;
import dev.understudy.model.network.Graph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** TorchScript files in libtorch against the original authors' numbers. */
public class TorchScriptExportTest {
    @DataProvider
    public Object[][] cases() {
        return GoldenForward.all().stream().map(c -> new Object[] {c}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "cases")
    public void givesTheOriginalsOutputs(GoldenForward golden) throws IOException {
        Graph graph = golden.architecture()
                .graph(golden.architecture().headsIn(golden.checkpoint()).orElseThrow());
        Path file = Scratch.file("export", ".pt");
        try {
            new TorchScriptExport(graph, golden.checkpoint()).write(file, Map.of("made", "by a test"));
            List<String> outputs =
                    golden.outputFiles().keySet().stream().map(Task::key).toList();
            try (TorchScriptNetwork network = TorchScriptNetwork.open(file, "cpu", 1)) {
                Map<String, OutputTensor> found = network.run(direct(golden.input()), golden.inputShape(), outputs);
                assertEquals(found.keySet().size(), outputs.size());
                golden.outputFiles().keySet().forEach(task -> {
                    double error = GoldenForward.error(found.get(task.key()).values(), golden.expected(task));
                    assertTrue(error < golden.tolerance(), golden.tensors() + " " + task + " is off by " + error);
                });
            }
        } finally {
            Files.delete(file);
        }
    }

    private static FloatBuffer direct(float[] values) {
        return ByteBuffer.allocateDirect(Float.BYTES * values.length)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(values)
                .flip();
    }
}
