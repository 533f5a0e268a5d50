package dev.understudy.model.export;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.npy.NpyArray;
import dev.understudy.dataset.npy.NpyFile;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.network.GoldenForward;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.testng.SkipException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Exported networks as onnx.checker and ONNX Runtime's Python package see them. Runs where {@code UNDERSTUDY_PYTHON} names a
 * Python with onnx, onnxruntime and numpy; {@link OnnxExportTest} compares the same numbers in Java without.
 */
public class OnnxExportInteropIT {
    @DataProvider
    public Object[][] cases() {
        return GoldenForward.all().stream().map(c -> new Object[] {c}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "cases")
    public void theCheckerIsContentAndPythonGetsTheOriginalsOutputs(GoldenForward golden) throws Exception {
        String python = System.getenv("UNDERSTUDY_PYTHON");
        Path folder = Files.createTempDirectory("onnx-export");
        try {
            Path log = folder.resolve("log");
            if (python == null || runs(log, python, "-c", "import onnx, onnxruntime, numpy") != 0) {
                throw new SkipException("UNDERSTUDY_PYTHON names no Python with onnx and onnxruntime");
            }
            OnnxExport export = OnnxExportBuilder.builder()
                    .network(golden.architecture()
                            .graph(golden.architecture()
                                    .headsIn(golden.checkpoint())
                                    .orElseThrow()))
                    .checkpoint(golden.checkpoint())
                    .preprocessing(Preprocessing.STUDENT)
                    .metadata(Map.of("made", "by a test"))
                    .build();
            export.write(folder.resolve("network.onnx"));
            NpyFile.write(folder.resolve("network-input.npy"), new NpyArray(golden.inputShape(), golden.input()));
            Path script = Path.of(
                    OnnxExportInteropIT.class.getResource("/onnx_numbers.py").toURI());
            assertEquals(runs(log, python, script.toString(), folder.toString()), 0, Files.readString(log));
            for (Task task : golden.outputFiles().keySet()) {
                NpyArray found = NpyFile.read(folder.resolve("network-" + task.key() + ".npy"));
                double error = GoldenForward.error(found.values(), golden.expected(task));
                assertTrue(error < golden.tolerance(), golden.tensors() + " " + task + " is off by " + error);
            }
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static int runs(Path log, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(180, TimeUnit.SECONDS);
        process.destroyForcibly();
        return ended ? process.exitValue() : -1;
    }
}
