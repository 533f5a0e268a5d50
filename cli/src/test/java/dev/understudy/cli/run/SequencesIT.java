package dev.understudy.cli.run;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.fuse.LabelledScenes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class SequencesIT {
    private static final int ROOMS = 3;

    private Path folder;
    private Path manifest;
    private Path store;

    @BeforeClass
    public void label() throws IOException, InterruptedException {
        folder = Scratch.folder("steady");
        manifest = LabelledScenes.render(folder.resolve("rooms"), ROOMS);
        store = folder.resolve("store");
        LabelledScenes.label(manifest, store, 1);
    }

    private static JsonNode evaluate(Path store, Path manifest) throws IOException {
        CommandLineRun run =
                CommandLineRun.of("evaluate", "--store", store, "--manifest", manifest, "--sequences", "--json");
        assertEquals(run.exitCode(), 0, run.err());
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    public void fusedLabelsAreSteadierThanTheExpertsSceneByScene() throws IOException {
        Path fused = folder.resolve("fused");
        CommandLineRun.done("fuse", "--store", store, "--manifest", manifest, "--out", fused);
        JsonNode before = evaluate(store, manifest);
        JsonNode after = evaluate(fused, manifest);
        assertEquals(before.path("scenes").size(), ROOMS);
        for (int room = 0; room < ROOMS; room++) {
            double expert = before.at("/scenes/" + room + "/labelFlicker").asDouble();
            double pooled = after.at("/scenes/" + room + "/labelFlicker").asDouble();
            assertTrue(expert > 0.3, "an expert who errs elsewhere each time flickers: " + expert);
            assertTrue(pooled < expert, pooled + " after fusing, " + expert + " before");
        }
        assertTrue(
                before.at("/depth-steadiness/tae").asDouble() < 0.02,
                "its depth is the truth: " + before.at("/depth-steadiness/tae"));
    }

    @Test
    public void framesWithoutTruthHaveFlicker() throws IOException {
        List<FrameRecord> frames = new ArrayList<>();
        for (FrameRecord frame : Manifest.read(manifest).frames()) {
            frames.add(frame.with(record -> record.segmentation(null).normals(null)));
        }
        JsonNode report = evaluate(store, LabelledScenes.manifest(manifest, "hidden.jsonl", frames));
        assertTrue(report.at("/label-steadiness/labelFlicker").asDouble() > 0.3, report.toString());
        assertTrue(report.at("/label-steadiness/vc8").isNull(), report.toString());
    }

    @Test
    public void framesWithoutPosesAreToldWhatTheyLack() throws IOException {
        List<FrameRecord> frames = new ArrayList<>();
        for (FrameRecord frame : Manifest.read(manifest).frames()) {
            frames.add(frame.withPose(null));
        }
        Path nowhere = LabelledScenes.manifest(manifest, "nowhere.jsonl", frames);
        CommandLineRun run =
                CommandLineRun.of("evaluate", "--store", store, "--manifest", nowhere, "--sequences", "--json");
        assertEquals(run.exitCode(), 3);
        assertTrue(run.err().contains("dataset import poses"), run.err());
    }
}
