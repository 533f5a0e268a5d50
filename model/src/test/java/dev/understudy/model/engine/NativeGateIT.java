package dev.understudy.model.engine;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

/** A process that is told to end while it computes. */
public class NativeGateIT {
    private static final int CHANNELS = 512;
    private static final int TERMINATED = 143;

    @Test
    public void endingInTheMiddleOfAnOperationCrashesNothing() throws Exception {
        Path log = Scratch.file("native-gate", ".log");
        List<String> options = List.of("-Xmx256m", "-XX:ErrorFile=" + log.resolveSibling(log.getFileName() + ".crash"));
        Process process = new ProcessBuilder(ChildJvm.command(options, NativeGateIT.class))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()))
                .start();
        try {
            while (!Files.readString(log).contains("computing")) {
                assertTrue(process.isAlive(), Files.readString(log));
                Thread.sleep(20);
            }
            // SIGTERM, which takes the same way out as Ctrl-C and is not ignored by jobs in the background
            process.destroy();
            assertTrue(process.waitFor(120, TimeUnit.SECONDS), "does not end");
            assertEquals(process.exitValue(), TERMINATED);
            assertFalse(Files.readString(log).contains("fatal error"), Files.readString(log));
        } finally {
            process.destroyForcibly();
        }
    }

    /** The child: two threads in operations of 45 thousand million multiplications each. */
    public static void main(String[] arguments) {
        for (int i = 0; i < 2; i++) {
            new Thread(NativeGateIT::compute).start();
        }
    }

    private static void compute() {
        NDManager manager = NativeEngine.newManager(NativeEngine.cpu());
        NativeEngine.useThreads(1);
        Tensors.gradients(false);
        FusedConvolution convolution = new FusedConvolution(
                manager,
                new float[CHANNELS * CHANNELS * 9],
                new Shape(CHANNELS, CHANNELS, 3, 3),
                new float[CHANNELS],
                new FusedConvolution.Geometry(1, 1, 1, 1),
                Activation.RELU,
                Precision.FLOAT32);
        NDArray picture = manager.zeros(new Shape(1, CHANNELS, 120, 160), DataType.FLOAT32);
        convolution.apply(picture).close();
        System.out.println("computing");
        while (true) {
            convolution.apply(picture).close();
        }
    }
}
