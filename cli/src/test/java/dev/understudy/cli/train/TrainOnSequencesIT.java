package dev.understudy.cli.train;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.fuse.LabelledScenes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Training by pairs of views of rendered rooms, watched on how steady answers stay along other views. */
public class TrainOnSequencesIT {
    private static final String RECIPE = """
            out: run
            sources: {rooms: {manifest: rooms/manifest.jsonl}, labelled: {manifest: rooms/manifest.jsonl, store: store, size: {width: 32, height: 24}}}
            validation: {manifest: rooms/manifest.jsonl, sequences: true}
            threads: 1
            trainer:
              network: {tasks: [segmentation, depth]}
              stages:
                - {name: pairs, steps: 3, batch: 4, accumulate: 2, crop: {width: 32, height: 24}, sources: {rooms: 0.5, labelled: 0.5}}
              optimiser: {rule: {adamw: {}}, encoderRate: 1e-4, decoderRate: 1e-4, clipNorm: 5}
              loss: {temporal: {agreement: 1, tgm: 0.5}}
            """;

    private Scratch scratch;
    private Path manifest;

    @BeforeClass
    public void render() throws IOException, InterruptedException {
        scratch = Scratch.create();
        manifest = LabelledScenes.render(scratch.resolve("rooms"), 2);
        LabelledScenes.label(manifest, scratch.resolve("store"), 1);
        Files.writeString(scratch.resolve("recipe.yaml"), RECIPE);
    }

    @AfterClass(alwaysRun = true)
    public void remove() throws IOException {
        scratch.close();
    }

    private CommandLineRun train(Object... overrides) {
        List<Object> arguments = new ArrayList<>(List.of("train", "--config", scratch.resolve("recipe.yaml")));
        for (Object override : overrides) {
            arguments.addAll(List.of("--set", override));
        }
        return CommandLineRun.of(arguments.toArray());
    }

    @Test
    public void pairsAreLearntFromAndSteadinessIsWatched() throws IOException {
        CommandLineRun run = train();
        assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(scratch.resolve("run/metrics.jsonl"))) {
            lines.add(new ObjectMapper().readTree(line));
        }
        List<JsonNode> steps =
                lines.stream().filter(line -> line.has("segmentation")).toList();
        assertEquals(steps.size(), 3);
        for (JsonNode step : steps) {
            assertTrue(step.path("agreement").asDouble(-1) >= 0, step.toString());
            assertTrue(step.path("tgm").asDouble(-1) >= 0, step.toString());
        }
        JsonNode scores = lines.stream()
                .filter(line -> line.has("validation"))
                .findFirst()
                .orElseThrow()
                .path("validation");
        double flicker = scores.path("segmentation.label-flicker").asDouble(-1);
        assertTrue(flicker >= 0 && flicker <= 1, scores.toString());
        assertTrue(scores.path("depth.tae").asDouble(-1) >= 0, scores.toString());
        assertTrue(scores.has("segmentation.miou") && scores.has("depth.rmse"), scores.toString());
    }

    @Test
    public void framesWithoutPosesAreNoPairs() throws IOException {
        List<FrameRecord> frames = new ArrayList<>();
        for (FrameRecord frame : Manifest.read(manifest).frames()) {
            frames.add(frame.withPose(null));
        }
        Path nowhere = LabelledScenes.manifest(manifest, "nowhere.jsonl", frames);
        CommandLineRun run = train(
                "out=" + scratch.resolve("none"),
                "sources.rooms.manifest=" + nowhere,
                "sources.labelled.manifest=" + nowhere);
        assertEquals(run.exitCode(), ExitCode.USAGE, run.err());
        assertTrue(run.err().contains("trainer.loss.temporal"), run.err());
        assertTrue(run.err().contains("dataset import poses"), run.err());
    }
}
