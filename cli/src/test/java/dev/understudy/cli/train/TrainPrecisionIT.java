package dev.understudy.cli.train;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Understudy;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Students of rendered rooms: in float32, in bfloat16, and from frames that are cached on disk. */
public class TrainPrecisionIT {
    /** How far the mean loss of some steps in a row may be from that in float32, relatively. */
    private static final double CURVE_TOLERANCE = 0.1;

    private static final int STEPS = 40;
    private static final int WINDOW = 10;

    private static final String RECIPE = """
            out: run
            sources:
              rooms: {manifest: rooms/manifest.jsonl}
            threads: 1
            trainer:
              seed: 3
              network: {architecture: mt-lw-refinenet, tasks: [segmentation, depth], classes: 40}
              stages:
                - {name: a, steps: 40, batch: 2, crop: {width: 64, height: 48}, sources: {rooms: 1}}
              optimiser: {rule: {adamw: {}}, encoderRate: 0.0005, decoderRate: 0.002}
              augmentation: {minScale: 0.8, maxScale: 1.2}
              loader: {cacheMegabytes: 0}
              checkpoints: {everySteps: 0, keep: 1}
            """;

    private Scratch scratch;

    @BeforeClass
    public void render() throws IOException {
        scratch = Scratch.create();
        CommandLineRun.render("rooms", "80x60", 6, 0, scratch.resolve("rooms"));
        Files.writeString(scratch.resolve("recipe.yaml"), RECIPE);
        train("exact", "trainer.precision=float32");
    }

    @AfterClass(alwaysRun = true)
    public void remove() throws IOException {
        scratch.close();
    }

    private void train(String out, String... settings) {
        List<Object> arguments = new ArrayList<>(List.of("train", "--config", scratch.resolve("recipe.yaml")));
        arguments.addAll(List.of("--set", "out=" + scratch.resolve(out)));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        CommandLineRun.done(arguments.toArray());
    }

    private List<Double> losses(String out) throws IOException {
        List<Double> losses = new ArrayList<>();
        for (String line : Files.readAllLines(scratch.resolve(out).resolve("metrics.jsonl"))) {
            JsonNode step = new ObjectMapper().readTree(line);
            if (step.has("loss")) {
                losses.add(step.path("loss").doubleValue());
            }
        }
        assertEquals(losses.size(), STEPS);
        return losses;
    }

    private static double mean(List<Double> losses, int window) {
        return losses.subList(window * WINDOW, (window + 1) * WINDOW).stream()
                .mapToDouble(loss -> loss)
                .average()
                .orElseThrow();
    }

    private byte[] weights(String out) throws IOException {
        Path last = scratch.resolve(out).resolve("last.pth");
        return Files.readAllBytes(last);
    }

    @Test
    public void inBfloat16TheLossFallsAsInFloat32() throws IOException {
        try {
            Precision.BFLOAT16.check(NativeEngine.cpu());
        } catch (ConfigurationException e) {
            throw new SkipException(e.getMessage());
        }
        train("rounded", "trainer.precision=bfloat16");
        List<Double> exact = losses("exact");
        List<Double> rounded = losses("rounded");
        assertNotEquals(rounded, exact, "not calculated in bfloat16");
        assertTrue(mean(exact, 3) < 0.9 * mean(exact, 0), "nothing was learnt: " + exact);
        for (int window = 0; window < STEPS / WINDOW; window++) {
            double expected = mean(exact, window);
            assertEquals(mean(rounded, window), expected, CURVE_TOLERANCE * expected, "steps from " + window * WINDOW);
        }
    }

    /** Of frames that are read anew each time, where the environment says nothing else in float32. */
    @Test
    public void autoFromCachedFramesIsWhatItSaysToTheByte() throws IOException {
        String same = "exact";
        if (Precision.AUTO.ofBuiltIn() != Precision.FLOAT32) {
            same = "read";
            train(same, "trainer.precision=" + Precision.AUTO.ofBuiltIn().key());
        }
        train("cached", "trainer.loader.diskCacheMegabytes=8", "trainer.loader.workers=2");
        assertEquals(losses("cached"), losses(same));
        assertEquals(weights("cached"), weights(same));
        assertFalse(Files.exists(scratch.resolve("cached").resolve("cache")), "left behind when training was over");
    }

    @Test
    public void float16IsRefusedOnAProcessor() {
        CommandLineRun run = CommandLineRun.of(
                "train",
                "--config",
                scratch.resolve("recipe.yaml"),
                "--set",
                "out=" + scratch.resolve("half"),
                "--set",
                "trainer.precision=float16");
        assertEquals(run.exitCode(), ExitCode.USAGE);
        assertTrue(
                run.err().contains("precision: float16, but here networks are calculated in it on GPUs only"),
                run.err());
    }

    @Test
    public void float16IsRefusedWhereTheEnvironmentSaysThatAutoIsIt() throws Exception {
        List<String> command = ChildJvm.command(List.of("-Dai.djl.offline=true"), Understudy.class);
        command.addAll(
                List.of("train", "--config", scratch.resolve("recipe.yaml").toString()));
        command.addAll(List.of("--set", "out=" + scratch.resolve("half of the environment")));
        try (ChildJvm child = ChildJvm.start(
                command, Map.of("UNDERSTUDY_PRECISION", "float16"), scratch.resolve("half of the environment.log"))) {
            assertEquals(child.exitCode(), ExitCode.USAGE, child.output());
            assertTrue(
                    child.output().contains("UNDERSTUDY_PRECISION in the environment: precision: float16, but"),
                    child.output());
        }
    }
}
