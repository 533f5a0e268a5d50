package dev.understudy.model.onnx;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import com.sun.jna.NativeLibrary;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.npy.NpyArray;
import dev.understudy.dataset.npy.NpyFile;
import dev.understudy.files.DataException;
import dev.understudy.model.external.TensorNetwork.OutputTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** ONNX Runtime as it is used here: the same numbers as its makers' Python package, in batches, from several threads. */
public class OnnxNetworkTest {
    private Path folder;
    private OnnxFile file;

    @BeforeClass
    public void make() throws IOException {
        folder = Files.createTempDirectory("understudy-onnx");
        file = OnnxFile.read(SmallNetwork.graph().write(folder.resolve("small.onnx")));
    }

    @AfterClass
    public void remove() throws IOException {
        Files.deleteIfExists(folder.resolve("other.onnx"));
        Files.delete(file.path());
        Files.delete(folder);
    }

    private static OutputTensor run(OnnxNetwork network, float[] input, int batch) {
        long[] shape = SmallNetwork.INPUT_SHAPE.clone();
        shape[0] = batch;
        return Objects.requireNonNull(network.run(SmallNetwork.direct(input), shape, List.of("logits"))
                .get("logits"));
    }

    /** The stored numbers are those of onnxruntime 1.32 from Python, on a processor with AVX-512; onnx_numbers.py made them. */
    @Test
    public void theNumbersAreThoseOfPython() throws Exception {
        NpyArray expected = NpyFile.read(
                Path.of(OnnxNetworkTest.class.getResource("small-network.npy").toURI()));
        try (OnnxNetwork network = OnnxNetwork.open(file, "cpu", 2)) {
            OutputTensor output = run(network, SmallNetwork.input(), 1);
            assertEquals(output.shape(), SmallNetwork.OUTPUT_SHAPE);
            assertEquals(expected.shape(), SmallNetwork.OUTPUT_SHAPE);
            for (int i = 0; i < expected.values().length; i++) {
                assertEquals(output.values()[i], expected.values()[i], 1e-5f, "value " + i);
            }
        }
    }

    @Test
    public void aBatchGivesWhatItsPicturesGiveAlone() {
        float[] one = SmallNetwork.input();
        float[] two = new float[2 * one.length];
        System.arraycopy(one, 0, two, one.length, one.length);
        for (int i = 0; i < one.length; i++) {
            two[i] = -one[i];
        }
        try (OnnxNetwork network = OnnxNetwork.open(file, "cpu", 1)) {
            assertTrue(network.takesBatches());
            float[] together = run(network, two, 2).values();
            float[] alone = run(network, one, 1).values();
            float[] second = Arrays.copyOfRange(together, alone.length, 2 * alone.length);
            for (int i = 0; i < alone.length; i++) {
                assertEquals(second[i], alone[i], 1e-5f, "value " + i);
            }
        }
    }

    @Test
    public void oneSessionServesSeveralThreads() throws InterruptedException {
        try (OnnxNetwork network = OnnxNetwork.open(file, "cpu", 1)) {
            float[] expected = run(network, SmallNetwork.input(), 1).values();
            float[][] seen = new float[4][];
            Thread[] threads = new Thread[seen.length];
            for (int i = 0; i < threads.length; i++) {
                int place = i;
                threads[i] = new Thread(() -> {
                    for (int round = 0; round < 20; round++) {
                        seen[place] = run(network, SmallNetwork.input(), 1).values();
                    }
                });
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (float[] values : seen) {
                assertEquals(values, expected);
            }
        }
    }

    /** It is told by a variable of the process's environment, which native code sees, and by its own switch. */
    @Test
    public void itIsToldNotToReportToItsMaker() {
        assertTrue(OnnxRuntime.version().matches("onnxruntime \\d+\\.\\d+\\.\\d+.*"), OnnxRuntime.version());
        if (System.getProperty("os.name").equals("Linux")) {
            String told = NativeLibrary.getInstance("c")
                    .getFunction("getenv")
                    .invokeString(new Object[] {"ORT_DISABLE_TELEMETRY"}, false);
            assertEquals(told, "1");
        }
    }

    @Test
    public void aGraphThatIsNoNetworkIsRefused() throws IOException {
        OnnxFile wrong = OnnxFile.read(new OnnxGraph()
                .node("Conv", "image nothing", "logits")
                .input("image", 1, 3, 6, 8)
                .output("logits", OnnxGraph.FLOAT, 1, 5, 6, 8)
                .write(folder.resolve("other.onnx")));
        DataException e = expectThrows(DataException.class, () -> OnnxNetwork.open(wrong, "cpu", 1));
        assertTrue(String.valueOf(e.getMessage()).contains("other.onnx: ONNX Runtime refuses it"), e.getMessage());
        assertFalse(String.valueOf(e.getMessage()).contains("\n"), e.getMessage());
    }

    @Test
    public void aDeviceThatIsNotThereIsRefused() {
        ConfigurationException e =
                expectThrows(ConfigurationException.class, () -> OnnxNetwork.open(file, "gpu:99", 1));
        assertTrue(e.getMessage().contains("onnxruntime_gpu"), e.getMessage());
    }
}
