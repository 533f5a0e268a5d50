package dev.understudy.model.onnx;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.image.NpyFile;
import dev.understudy.dataset.image.NpyFile.NpyArray;
import dev.understudy.files.PythonRun;
import dev.understudy.files.Scratch;
import dev.understudy.model.external.TensorNetwork.OutputTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.testng.annotations.Test;

/**
 * Raw outputs here and from ONNX Runtime's Python package, for a small network and for experts of others where they
 * are. Runs where {@code UNDERSTUDY_PYTHON} names a Python with onnxruntime and numpy; {@link OnnxNetworkTest} checks
 * the small one against stored numbers without.
 */
public class OnnxInteropIT {
    private static final Path EXPERTS = Path.of("..", "..", "shared", "data", "experts");

    @Test
    public void rawOutputsAreThoseOfPython() throws Exception {
        PythonRun python = PythonRun.with("onnxruntime, numpy");
        Path folder = Scratch.folder("onnx-interop");
        try {
            SmallNetwork.graph().write(folder.resolve("small.onnx"));
            NpyFile.write(
                    folder.resolve("small-input.npy"), new NpyArray(SmallNetwork.INPUT_SHAPE, SmallNetwork.input()));
            if (Files.isDirectory(EXPERTS)) {
                try (var experts = Files.list(EXPERTS)) {
                    for (Path expert : experts.filter(f -> f.toString().endsWith(".onnx"))
                            .sorted()
                            .toList()) {
                        link(expert, folder);
                    }
                }
            }
            python.script("/onnx_numbers.py", folder.resolve("log"), folder);
            try (var files = Files.list(folder)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".onnx"))
                        .sorted()
                        .toList()) {
                    compare(file);
                }
            }
        } finally {
            Scratch.delete(folder);
        }
    }

    private static void link(Path expert, Path folder) throws IOException {
        Path file = folder.resolve(expert.getFileName());
        Files.createSymbolicLink(file, expert.toRealPath());
        OnnxTensorType input = OnnxFile.read(file).input();
        long[] shape = new long[input.rank()];
        Arrays.setAll(shape, i -> input.side(i));
        float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
        Random random = new Random(7);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        NpyFile.write(Path.of(stem(file) + "-input.npy"), new NpyArray(shape, values));
    }

    private static String stem(Path onnx) {
        return onnx.toString().replaceFirst("\\.onnx$", "");
    }

    private static void compare(Path file) throws IOException {
        OnnxFile onnx = OnnxFile.read(file);
        NpyArray input = NpyFile.read(Path.of(stem(file) + "-input.npy"));
        try (OnnxNetwork network = OnnxNetwork.open(onnx, "cpu", 1)) {
            for (OnnxTensorType output : onnx.outputs()) {
                NpyArray expected = NpyFile.read(Path.of(stem(file) + "-" + output.name() + ".npy"));
                OutputTensor found = Objects.requireNonNull(
                        network.run(SmallNetwork.direct(input.values()), input.shape(), List.of(output.name()))
                                .get(output.name()));
                assertEquals(found.shape(), expected.shape());
                double largest = 0;
                double difference = 0;
                for (int i = 0; i < found.values().length; i++) {
                    largest = Math.max(largest, Math.abs(expected.values()[i]));
                    difference = Math.max(difference, Math.abs(found.values()[i] - expected.values()[i]));
                }
                System.out.println(
                        file.getFileName() + " " + output.name() + ": differs by " + difference + " of " + largest);
                assertTrue(difference <= 1e-5 * Math.max(1, largest), file + ": " + difference + " of " + largest);
            }
        }
    }
}
