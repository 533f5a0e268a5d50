package dev.understudy.model.onnx;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import com.sun.jna.NativeLibrary;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.image.NpyFile;
import dev.understudy.dataset.image.NpyFile.NpyArray;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.model.external.TensorNetwork.OutputTensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * ONNX Runtime as it is used here: the same numbers as its makers' Python package, in batches, from several threads.
 */
public class OnnxNetworkTest {
    private Path folder;
    private OnnxFile file;

    @BeforeClass
    public void make() throws IOException {
        folder = Scratch.folder("understudy-onnx");
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

    /**
     * The stored numbers are those of onnxruntime 1.32 from Python, on a processor with AVX-512; onnx_numbers.py made
     * them.
     */
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

    @DataProvider
    public Object[][] elements() {
        return new Object[][] {
            {OnnxGraph.FLOAT}, {OnnxGraph.HALF}, {OnnxGraph.BFLOAT16}, {OnnxGraph.DOUBLE}, {OnnxGraph.BYTE},
        };
    }

    /** Whole numbers that all of them have exactly; in both orders of dimensions. */
    @Test(dataProvider = "elements")
    public void picturesAreFedAsTheFileTakesThem(int element) throws IOException {
        float[] picture = new float[2 * 3 * 4 * 5];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = i;
        }
        OnnxGraph first = new OnnxGraph()
                .node("Cast", "image", "y", OnnxGraph.attribute("to", OnnxGraph.FLOAT))
                .inputOf(element, "image", "N", 3, "h", "w")
                .output("y", OnnxGraph.FLOAT, "N", 3, "h", "w");
        OnnxGraph last = new OnnxGraph()
                .node("Transpose", "image", "t", OnnxGraph.attributes("perm", 0, 3, 1, 2))
                .node("Cast", "t", "y", OnnxGraph.attribute("to", OnnxGraph.FLOAT))
                .inputOf(element, "image", "N", "h", "w", 3)
                .output("y", OnnxGraph.FLOAT, "N", 3, "h", "w");
        for (OnnxGraph graph : List.of(first, last)) {
            OnnxFile takes = OnnxFile.read(graph.write(folder.resolve("other.onnx")));
            takes.checkMemory(2, 3, 4, 5);
            try (OnnxNetwork network = OnnxNetwork.open(takes, "cpu", 1)) {
                OutputTensor y = Objects.requireNonNull(
                        network.run(SmallNetwork.direct(picture), new long[] {2, 3, 4, 5}, List.of("y"))
                                .get("y"));
                assertEquals(y.shape(), new long[] {2, 3, 4, 5});
                assertEquals(y.values(), picture);
            }
        }
    }

    @Test
    public void bytesAreRoundedAndHeldBetweenTheirEnds() throws IOException {
        OnnxFile takes = OnnxFile.read(new OnnxGraph()
                .node("Cast", "image", "y", OnnxGraph.attribute("to", OnnxGraph.FLOAT))
                .inputOf(OnnxGraph.BYTE, "image", 1, 3, 1, 1)
                .output("y", OnnxGraph.FLOAT, 1, 3, 1, 1)
                .write(folder.resolve("other.onnx")));
        try (OnnxNetwork network = OnnxNetwork.open(takes, "cpu", 1)) {
            float[] seen = Objects.requireNonNull(network.run(
                                    SmallNetwork.direct(new float[] {-3, 12.75f, 300}),
                                    new long[] {1, 3, 1, 1},
                                    List.of("y"))
                            .get("y"))
                    .values();
            assertEquals(seen, new float[] {0, 13, 255});
        }
    }

    @DataProvider
    public Object[][] answers() {
        return new Object[][] {
            {OnnxGraph.FLOAT},
            {OnnxGraph.HALF},
            {OnnxGraph.BFLOAT16},
            {OnnxGraph.DOUBLE},
            {OnnxGraph.BYTE},
            {OnnxGraph.INT8},
            {4},
            {5},
            {6},
            {OnnxGraph.LONG},
            {12},
            {13},
        };
    }

    @Test(dataProvider = "answers")
    public void numbersOfEveryKindAreRead(int element) throws IOException {
        OnnxFile says = OnnxFile.read(new OnnxGraph()
                .node("Cast", "image", "y", OnnxGraph.attribute("to", element))
                .input("image", 1, 3, 1, 1)
                .output("y", element, 1, 3, 1, 1)
                .write(folder.resolve("other.onnx")));
        float[] values = {0, 17, 120};
        try (OnnxNetwork network = OnnxNetwork.open(says, "cpu", 1)) {
            assertEquals(
                    Objects.requireNonNull(
                                    network.run(SmallNetwork.direct(values), new long[] {1, 3, 1, 1}, List.of("y"))
                                            .get("y"))
                            .values(),
                    values);
        }
    }

    /** How large it becomes is in the picture, so that no look at the file tells. */
    @Test
    public void moreThanHalfOfTheMachineIsRefusedBeforeItIsTaken() throws IOException {
        long floats = OnnxArena.machineBytes() / 4 * 9 / 10;
        OnnxFile bomb = OnnxFile.read(new OnnxGraph()
                .node("ReduceMax", "image", "most", OnnxGraph.attribute("keepdims", 0))
                .node("Cast", "most", "whole", OnnxGraph.attribute("to", OnnxGraph.LONG))
                .node("Mul", "whole times", "size")
                .longs("times", floats)
                .node("ConstantOfShape", "size", "huge")
                .node("ReduceMax", "huge", "y", OnnxGraph.attribute("keepdims", 0))
                .input("image", 1, 3, 1, 1)
                .output("y", OnnxGraph.FLOAT)
                .write(folder.resolve("other.onnx")));
        bomb.checkMemory(1, 3, 1, 1);
        assertTrue(OnnxRuntime.isBounded());
        try (OnnxNetwork network = OnnxNetwork.open(bomb, "cpu", 1)) {
            DataException e = expectThrows(
                    DataException.class,
                    () -> network.run(
                            SmallNetwork.direct(new float[] {1, 1, 1}), new long[] {1, 3, 1, 1}, List.of("y")));
            assertTrue(
                    String.valueOf(e.getMessage()).contains("not enough memory for it, expected at most half of"),
                    e.getMessage());
            String reason = String.valueOf(Objects.requireNonNull(e.getCause()).getMessage());
            assertTrue(reason.contains("is smaller than requested bytes"), reason);
            float[] small = Objects.requireNonNull(network.run(
                                    SmallNetwork.direct(new float[] {0, 0, 0}), new long[] {1, 3, 1, 1}, List.of("y"))
                            .get("y"))
                    .values();
            assertEquals(small.length, 1, "after it the session works");
        }
    }

    @Test
    public void aFileThatLoopsForEverIsEnded() throws IOException {
        OnnxGraph body = new OnnxGraph()
                .node("Identity", "go", "on")
                .node("Add", "v v", "twice")
                .inputOf(OnnxGraph.LONG, "i")
                .inputOf(OnnxGraph.BOOL, "go", 1)
                .input("v", 1, 3, "h", "w")
                .output("on", OnnxGraph.BOOL, 1)
                .output("twice", OnnxGraph.FLOAT, 1, 3, "h", "w");
        OnnxFile loops = OnnxFile.read(new OnnxGraph()
                .node("Cast", "one", "go", OnnxGraph.attribute("to", OnnxGraph.BOOL))
                .longs("one", 1)
                .longs("times", Long.MAX_VALUE)
                .node("Loop", "times go image", "y", OnnxGraph.attribute("body", body.body()))
                .input("image", 1, 3, "h", "w")
                .output("y", OnnxGraph.FLOAT, 1, 3, "h", "w")
                .write(folder.resolve("other.onnx")));
        try (OnnxNetwork network = OnnxNetwork.open(loops, "cpu", 1, Duration.ofMillis(200))) {
            DataException e = expectThrows(
                    DataException.class,
                    () -> network.run(
                            SmallNetwork.direct(new float[] {1, 1, 1}), new long[] {1, 3, 1, 1}, List.of("y")));
            assertTrue(String.valueOf(e.getMessage()).contains("did not end within"), e.getMessage());
        }
    }

    /** The system counts the threads of a process; those that Java has for itself come and go by one or two. */
    @Test
    public void aSessionHasTheThreadsThatItIsGivenAndNoOthers() throws IOException {
        Path tasks = Path.of("/proc/self/task");
        if (!Files.isDirectory(tasks)) {
            throw new SkipException(tasks + " is not there");
        }
        try (OnnxNetwork warm = OnnxNetwork.open(file, "cpu", 1)) {
            run(warm, SmallNetwork.input(), 1);
            int before = nativeThreads(tasks);
            try (OnnxNetwork one = OnnxNetwork.open(file, "cpu", 1)) {
                run(one, SmallNetwork.input(), 1);
                int beside = nativeThreads(tasks) - before;
                assertTrue(Math.abs(beside) <= 4, beside + " threads more for one of a single thread");
            }
            before = nativeThreads(tasks);
            try (OnnxNetwork many = OnnxNetwork.open(file, "cpu", 41)) {
                run(many, SmallNetwork.input(), 1);
                int beside = nativeThreads(tasks) - before;
                // The calling thread is one of them, and operators do not run beside each other.
                assertTrue(Math.abs(beside - 40) <= 4, beside + " threads more for one of 41");
            }
        }
    }

    private static int nativeThreads(Path tasks) throws IOException {
        try (var all = Files.list(tasks)) {
            return (int) all.count() - ManagementFactory.getThreadMXBean().getThreadCount();
        }
    }

    @Test
    public void aDeviceThatIsNotThereIsRefused() {
        ConfigurationException e =
                expectThrows(ConfigurationException.class, () -> OnnxNetwork.open(file, "gpu:99", 1));
        assertTrue(e.getMessage().contains("onnxruntime_gpu"), e.getMessage());
    }
}
