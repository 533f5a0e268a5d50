package dev.understudy.model.export;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NpyFile;
import dev.understudy.dataset.image.NpyFile.NpyArray;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import dev.understudy.model.network.GoldenForward;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.testng.SkipException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Exported networks as onnx.checker and ONNX Runtime's Python package see them. Runs where {@code UNDERSTUDY_PYTHON}
 * names a Python with onnx, onnxruntime and numpy; {@link OnnxExportTest} compares the same numbers in Java without.
 */
public class OnnxExportInteropIT {
    private static final int WIDTH = 83;
    private static final int HEIGHT = 61;

    @DataProvider
    public Object[][] cases() {
        return GoldenForward.all().stream().map(c -> new Object[] {c}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "cases")
    public void theCheckerIsContentAndPythonGetsTheOriginalsOutputs(GoldenForward golden) throws Exception {
        String python = System.getenv("UNDERSTUDY_PYTHON");
        Path folder = Scratch.folder("onnx-export");
        try {
            Path log = folder.resolve("log");
            if (python == null || runs(log, python, "-c", "import onnx, onnxruntime, numpy") != 0) {
                throw new SkipException("UNDERSTUDY_PYTHON names no Python with onnx and onnxruntime");
            }
            OnnxExport export = OnnxExportTest.export(golden).build();
            export.write(folder.resolve("network.onnx"));
            NpyFile.write(folder.resolve("network-input.npy"), new NpyArray(golden.inputShape(), golden.input()));
            HalfPrecision precision = HalfPrecision.of(
                    OnnxExportBuilder.builder(export).half(true).build());
            precision
                    .applied(OnnxExportBuilder.builder(export).half(true).build())
                    .write(folder.resolve("half.onnx"));
            NpyFile.write(folder.resolve("half-input.npy"), new NpyArray(golden.inputShape(), golden.input()));
            byte[] rgb = new byte[3 * WIDTH * HEIGHT];
            new Random(7).nextBytes(rgb);
            float[] picture = new float[rgb.length];
            for (int i = 0; i < rgb.length; i++) {
                picture[i] = rgb[i] & 0xFF;
            }
            for (String name : List.of("whole", "whole-half")) {
                OnnxExport whole = OnnxExportTest.whole(golden);
                (name.equals("whole")
                                ? whole
                                : precision.applied(OnnxExportBuilder.builder(whole)
                                        .half(true)
                                        .build()))
                        .write(folder.resolve(name + ".onnx"));
                NpyFile.write(
                        folder.resolve(name + "-input.npy"), new NpyArray(new long[] {1, HEIGHT, WIDTH, 3}, picture));
            }
            Path script = Path.of(
                    OnnxExportInteropIT.class.getResource("/onnx_numbers.py").toURI());
            assertEquals(runs(log, python, script.toString(), folder.toString()), 0, Files.readString(log));
            for (Task task : golden.outputFiles().keySet()) {
                NpyArray found = NpyFile.read(folder.resolve("network-" + task.key() + ".npy"));
                double error = GoldenForward.error(found.values(), golden.expected(task));
                assertTrue(error < golden.tolerance(), golden.tensors() + " " + task + " is off by " + error);
            }
            float[] logits = golden.expected(Task.SEGMENTATION);
            float[] half = NpyFile.read(folder.resolve("half-segmentation.npy")).values();
            double kept = SixteenBitsTest.kept(
                    logits,
                    half,
                    golden.architecture()
                            .headsIn(golden.checkpoint())
                            .orElseThrow()
                            .classes());
            assertTrue(kept >= 0.995, golden.tensors() + ": 16 bits keep " + kept);
            LabelMap expected = OnnxExportTest.predict(golden, new RgbImage(WIDTH, HEIGHT, rgb))
                    .segmentation();
            assertTrue(same(folder.resolve("whole-labels.npy"), expected) >= 0.999, "the whole way");
            assertTrue(same(folder.resolve("whole-half-labels.npy"), expected) >= 0.99, "the whole way in 16 bits");
        } finally {
            Scratch.delete(folder);
        }
    }

    private static double same(Path file, LabelMap expected) throws IOException {
        float[] labels = NpyFile.read(file).values();
        int same = 0;
        for (int i = 0; i < labels.length; i++) {
            same += (int) labels[i] == expected.classAt(i) ? 1 : 0;
        }
        return (double) same / labels.length;
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
