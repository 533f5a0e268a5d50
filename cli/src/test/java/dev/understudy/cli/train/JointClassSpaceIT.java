package dev.understudy.cli.train;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.files.Scratch;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.checkpoint.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Rooms and streets in one network: each data set teaches, and is validated by, its own slice of the outputs. */
public class JointClassSpaceIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROOMS = 40;
    private static final int STREETS = 19;

    private Scratch scratch;

    @BeforeClass
    public void render() throws IOException {
        scratch = Scratch.create();
        for (String scene : new String[] {"rooms", "streets"}) {
            CommandLineRun.done(
                    "dataset",
                    "render",
                    "--scene",
                    scene,
                    "--size",
                    "64x48",
                    "--labelled",
                    4,
                    "--test",
                    3,
                    "--out",
                    scratch.resolve(scene));
        }
    }

    @AfterClass(alwaysRun = true)
    public void remove() throws IOException {
        scratch.close();
    }

    private CommandLineRun train(String out, String validation, String classes, int outputs) throws IOException {
        Path recipe = scratch.resolve(out + ".yaml");
        Files.writeString(recipe, String.format(Locale.ROOT, """
                out: %s
                classes: %s
                sources:
                  rooms: {manifest: rooms/manifest.jsonl, split: train}
                validation: {manifest: %s/manifest.jsonl, split: test, maxDepth: 80}
                threads: 1
                trainer:
                  network: {tasks: [segmentation, depth], classes: %d}
                  stages: [{steps: 3, batch: 2, crop: {width: 64, height: 48}, sources: {rooms: 1}}]
                """, out, classes, validation, outputs));
        return CommandLineRun.of("train", "--config", recipe);
    }

    private CommandLineRun trainBoth(String out, String validation) throws IOException {
        Path recipe = scratch.resolve(out + ".yaml");
        Files.writeString(recipe, String.format(Locale.ROOT, """
                out: %s
                classes: nyud40-cityscapes19
                sources:
                  rooms: {manifest: rooms/manifest.jsonl, split: train}
                  streets: {manifest: streets/manifest.jsonl, split: train}
                validation: {manifest: %s/manifest.jsonl, split: test, maxDepth: 80}
                threads: 1
                trainer:
                  network: {tasks: [segmentation, depth], classes: 59}
                  stages: [{steps: 3, batch: 2, crop: {width: 64, height: 48}, sources: {rooms: 0.5, streets: 0.5}}]
                  optimiser: {rule: {adamw: {}}, encoderRate: 1e-3, decoderRate: 1e-3}
                """, out, validation));
        return CommandLineRun.of("train", "--config", recipe);
    }

    /** A network of the slice's outputs alone, without any class space but the frames' own, must score the same. */
    private void scoresAsItsSliceAlone(String set, int from, int size) throws IOException {
        CommandLineRun run = trainBoth("both-" + set, set);
        assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        Path out = scratch.resolve("both-" + set);
        Path cut = scratch.resolve(set + "-alone.pth");
        PyTorchZipWriter.write(cut, cut(CheckpointReader.read(out.resolve("best.pth")), from, size));
        CommandLineRun scored = CommandLineRun.done(
                "evaluate",
                "--checkpoint",
                cut,
                "--manifest",
                scratch.resolve(set),
                "--split",
                "test",
                "--max-depth",
                80,
                "--json");
        double alone = JSON.readTree(scored.out()).at("/segmentation/meanIou").doubleValue();
        double validated = JSON.readTree(Files.readString(out.resolve("best.json")))
                .get("segmentation.miou")
                .doubleValue();
        assertTrue(alone > 0, scored.out());
        // Convolutions of another number of outputs may round otherwise, and then a pixel or two are taken for another
        // class.
        assertEquals(validated, alone, 1e-3);
    }

    private static Checkpoint cut(Checkpoint joint, int from, int size) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(joint.tensors());
        for (String name : new String[] {"segm.weight", "segm.bias"}) {
            Tensor whole = tensors.get(name);
            long[] shape = whole.shape();
            int each = (int) (whole.elements() / shape[0]);
            shape[0] = size;
            tensors.put(
                    name, Tensor.of(shape, Arrays.copyOfRange(whole.toFloats(), from * each, (from + size) * each)));
        }
        return new Checkpoint(tensors);
    }

    @Test
    public void roomsAreValidatedByTheFirstSlice() throws IOException {
        scoresAsItsSliceAlone("rooms", 0, ROOMS);
    }

    @Test
    public void streetsAreValidatedByTheSecondSlice() throws IOException {
        scoresAsItsSliceAlone("streets", ROOMS, STREETS);
    }

    @Test
    public void validationFramesOfAnotherSpaceAreRefusedBeforeTraining() throws IOException {
        CommandLineRun run = train("elsewhere", "streets", "nyud40", ROOMS);
        assertEquals(run.exitCode(), ExitCode.USAGE, run.err());
        assertTrue(
                run.err().contains("validation: the frames are annotated in cityscapes19, expected nyud40"), run.err());
        assertTrue(Files.notExists(scratch.resolve("elsewhere/checkpoints")), "nothing was trained");
    }
}
