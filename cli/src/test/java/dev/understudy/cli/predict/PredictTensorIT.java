package dev.understudy.cli.predict;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.NpyFile;
import dev.understudy.dataset.image.NpyFile.NpyArray;
import dev.understudy.files.Scratch;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import org.testng.Assert;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A student with fresh weights, written as a checkpoint, run from the command line. */
public class PredictTensorIT {
    private static final long[] SHAPE = {2, 3, 40, 56};

    private final Map<Task, float[]> expected = new EnumMap<>(Task.class);
    private Path folder;
    private Path checkpoint;
    private Path tensor;

    @BeforeClass
    public void makeCheckpoint() throws IOException {
        folder = Scratch.folder("predict tensor");
        checkpoint = folder.resolve("student.pth");
        tensor = folder.resolve("in.npy");
        Random random = new Random(3);
        float[] values = new float[2 * 3 * 40 * 56];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        NpyFile.write(tensor, new NpyArray(SHAPE, values));
        Device cpu = NativeEngine.cpu();
        Heads heads = Heads.of(EnumSet.allOf(Task.class), 7);
        try (Network network = Architecture.MT_LW_REFINENET.create(heads, cpu, 11);
                NDManager manager = NativeEngine.newManager(cpu)) {
            PyTorchZipWriter.write(checkpoint, network.snapshot());
            Map<Task, NDArray> outputs = network.forward(Tensors.create(manager, values, new Shape(SHAPE)), false);
            outputs.forEach((task, output) -> expected.put(task, output.toFloatArray()));
        }
    }

    @AfterClass
    public void removeFolder() throws IOException {
        Scratch.delete(folder);
    }

    @Test
    public void writesTheRawOutputsOfEveryHead() throws IOException {
        Path out = folder.resolve("raw");
        CommandLineRun run = CommandLineRun.done(
                "predict",
                "--arch",
                "mt-lw-refinenet",
                "--precision",
                "float32",
                "--checkpoint",
                checkpoint,
                "--tensor",
                tensor,
                "--out",
                out);
        Assert.assertEquals(run.err(), "");
        check(out, Task.SEGMENTATION, 7);
        check(out, Task.DEPTH, 1);
        check(out, Task.NORMALS, 3);
    }

    private void check(Path out, Task task, long channels) throws IOException {
        NpyArray array = NpyFile.read(out.resolve(task.key() + ".npy"));
        Assert.assertEquals(array.shape(), new long[] {2, channels, 10, 14});
        float[] want = expected.get(task);
        double error = 0;
        double size = 0;
        for (int i = 0; i < want.length; i++) {
            error += Math.pow(array.values()[i] - want[i], 2);
            size += Math.pow(want[i], 2);
        }
        Assert.assertTrue(error < 1e-10 * size, task + ": relative error " + Math.sqrt(error / size));
    }

    @Test
    public void anotherArchitectureIsBadData() {
        CommandLineRun run = CommandLineRun.of(
                "predict", "--arch", "lw-refinenet50", "--checkpoint", checkpoint, "--tensor", tensor, "--out", folder);
        Assert.assertEquals(run.exitCode(), ExitCode.BAD_DATA);
        Assert.assertTrue(run.err().contains("seems to be mt-lw-refinenet"), run.err());
    }

    @Test
    public void unknownArchitectureIsWrongUsage() {
        CommandLineRun run = CommandLineRun.of(
                "predict", "--arch", "resnet", "--checkpoint", checkpoint, "--tensor", tensor, "--out", folder);
        Assert.assertEquals(run.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(run.err().contains("expected one of lw-refinenet50"), run.err());
    }

    @Test
    public void truncatedCheckpointIsBadData() throws IOException {
        Path cut = folder.resolve("cut.pth");
        byte[] whole = Files.readAllBytes(checkpoint);
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        CommandLineRun run = CommandLineRun.of("predict", "--checkpoint", cut, "--tensor", tensor, "--out", folder);
        Assert.assertEquals(run.exitCode(), ExitCode.BAD_DATA);
        Assert.assertTrue(run.err().startsWith("understudy: " + cut), run.err());
        Assert.assertEquals(run.err().lines().count(), 1, run.err());
    }

    @Test
    public void missingFilesAreBadData() {
        Path missing = folder.resolve("missing");
        CommandLineRun run = CommandLineRun.of("predict", "--checkpoint", missing, "--tensor", tensor, "--out", folder);
        Assert.assertEquals(run.exitCode(), ExitCode.BAD_DATA);
        Assert.assertTrue(run.err().contains(missing + ": no such file"), run.err());
        run = CommandLineRun.of("predict", "--checkpoint", checkpoint, "--tensor", missing, "--out", folder);
        Assert.assertEquals(run.exitCode(), ExitCode.BAD_DATA);
        Assert.assertTrue(run.err().contains(missing + ": no such file"), run.err());
    }

    @Test
    public void inspectTellsWhatItIs() {
        CommandLineRun run = CommandLineRun.done("checkpoint", "inspect", checkpoint);
        Assert.assertTrue(run.out().contains("architecture  mt-lw-refinenet"), run.out());
        Assert.assertTrue(run.out().contains("heads         segmentation (7), depth (1), normals (3)"), run.out());
        Assert.assertTrue(run.out().contains("float32   32×3×3×3"), run.out());
        CommandLineRun json = CommandLineRun.of("checkpoint", "inspect", "--json", checkpoint);
        Assert.assertTrue(json.out().contains("\"architecture\" : \"mt-lw-refinenet\""), json.out());
    }

    @Test
    public void convertChangesTheContainerAndNothingElse() throws IOException {
        Path out = folder.resolve("student.safetensors");
        Path back = folder.resolve("back.pth");
        CommandLineRun.done("checkpoint", "convert", checkpoint, out);
        CommandLineRun.of("checkpoint", "convert", out, back);
        Assert.assertEquals(Files.mismatch(checkpoint, back), -1);
        Assert.assertEquals(
                CommandLineRun.of("checkpoint", "convert", checkpoint, folder.resolve("x.onnx"))
                        .exitCode(),
                ExitCode.USAGE);
    }
}
