package dev.understudy.cli.label;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.testng.annotations.Test;

/**
 * Frames that are annotated in classes of a user's own, whose file lies in none of the folders that commands are told,
 * and a store in these classes: every command that reads the two, after the file has gone.
 */
public class OwnClassSpaceIT extends OwnClassStore {
    @Test
    public void labelsAreFilteredByTheNamesOfTheirClasses() throws IOException {
        done("filter", "--store", store, "--policy", "none", "--out", scratch.resolve("kept"));
        done("store", "show", store, "--out", scratch.resolve("sheet"));
        assertTrue(Files.readString(scratch.resolve("sheet/index.html")).contains("bleu"));
    }

    @Test
    public void labelsAreScoredAgainstTheAnnotation() throws IOException {
        JsonNode report = JSON.readTree(done("evaluate", "--store", store, "--manifest", frames, "--json")
                .out());
        assertTrue(report.toString().contains("rouge"), report.toString());
        JsonNode expert =
                JSON.readTree(done("evaluate", "--store", store, "--policy", "none", "--manifest", frames, "--json")
                        .out());
        assertEquals(expert.at("/segmentation/meanIou"), report.at("/segmentation/meanIou"));
        assertTrue(report.at("/segmentation/meanIou").doubleValue() > 0.5, report.toString());
    }

    @Test
    public void probabilitiesAreCalibratedAndReliabilityIsLearned() {
        Path copy = scratch.resolve("calibrated");
        assertEquals(label(copy, scratch.resolve("frames/classes/paint.yaml")).exitCode(), ExitCode.DONE);
        done("calibrate", "--store", copy, "--manifest", frames);
        done("calibrate", "--store", copy, "--manifest", frames, "--method", "learned");
        done(
                "filter",
                "--store",
                copy,
                "--policy",
                "{reliability: {least: 0.2}}",
                "--out",
                scratch.resolve("reliable"));
    }

    @Test
    public void scenesAreFusedInTheSameClasses() throws IOException {
        Path fused = scratch.resolve("fused");
        CommandLineRun run = done(
                "fuse",
                "--store",
                store,
                "--manifest",
                frames,
                "--out",
                fused,
                "--map",
                scratch.resolve("maps"),
                "--master",
                "local[1]",
                "--set",
                "fusion.memory=64");
        assertTrue(run.out().contains("frames"), run.out());
        assertTrue(Files.readString(scratch.resolve("maps/classes.tsv")).contains("0\trouge\t200\t10\t20"));
        done("evaluate", "--store", fused, "--manifest", frames);
        done("store", "info", fused);
    }

    @Test
    public void ablationsScoreLabelsAndTrainStudents() throws IOException {
        Path recipe = Files.writeString(scratch.resolve("ablation.yaml"), """
                out: ablation
                pseudo: {manifest: frames/manifest.jsonl, take: all, store: store}
                truth: frames/manifest.jsonl
                real: {manifest: frames/manifest.jsonl, require: [segmentation]}
                test: {manifest: frames/manifest.jsonl}
                normalisations: [valid]
                seeds: [1]
                students: [none]
                gallery: 1
                spark: {master: "local[1]"}
                student:
                  network: {architecture: mt-lw-refinenet, tasks: [segmentation], classes: 3}
                  stages:
                    - {name: joint, steps: 1, batch: 2, crop: {width: 32, height: 32}, sources: {real: 0.5, pseudo: 0.5}}
                  optimiser: {rule: {adamw: {}}, encoderRate: 1e-3, decoderRate: 3e-4}
                """);
        CommandLineRun run = done("ablate", "--config", recipe);
        assertTrue(run.out().contains("Gain of the kept labels' mIoU over “none”"), run.out());
        assertTrue(run.out().contains("over 3 scenes"), run.out());
        assertTrue(Files.readString(scratch.resolve("ablation/results.jsonl")).contains("\"rouge\":"), run.out());
    }

    @Test
    public void answersAreRepairedInTheSameClasses() throws IOException {
        Path repaired = scratch.resolve("repaired");
        done(
                "repair",
                "--store",
                store,
                "--manifest",
                frames,
                "--annotated",
                annotatedByAnotherName(),
                "--out",
                repaired,
                "--master",
                "local[1]",
                "--set",
                "repair.steps=100",
                "--set",
                "repair.folds=2");
        try (LabelStore labels = LabelStore.open(repaired)) {
            assertEquals(labels.classSpace().names(), List.of("rouge", "vert", "bleu"));
        }
        JsonNode report = JSON.readTree(
                done("evaluate", "--store", repaired, "--manifest", frames.resolve("renamed.jsonl"), "--json")
                        .out());
        assertTrue(report.at("/segmentation/meanIou").doubleValue() > 0.5, report.toString());
    }

    /** Frames whose annotation calls green blue and blue green, so that there is something to repair. */
    private Path annotatedByAnotherName() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(frames.resolve(Manifest.FILE_NAME))) {
            ObjectNode frame = (ObjectNode) JSON.readTree(line);
            Path labels = frames.resolve(frame.get("segmentation").asText());
            byte[] classes = LabelFiles.read(labels).classes().clone();
            for (int i = 0; i < classes.length; i++) {
                classes[i] = (byte) (classes[i] == 0 ? 0 : 3 - classes[i]);
            }
            String name = "renamed-" + labels.getFileName();
            LabelFiles.write(
                    frames.resolve(name),
                    new LabelMap(WIDTH, HEIGHT, classes),
                    ClassSpace.load("kitti6").palette());
            lines.add(JSON.writeValueAsString(frame.put("segmentation", name)));
        }
        return Files.write(frames.resolve("renamed.jsonl"), lines);
    }

    /** Of three scenes little can be promised; what is asked here is. */
    @Test
    public void aPromiseIsGivenInTheSameClasses() {
        String asked = "{promise: {wrong: %s, confidence: 0.5, examples: '" + frames + "'}}";
        done(
                "filter",
                "--store",
                store,
                "--policy",
                String.format(Locale.ROOT, asked, "0.9"),
                "--out",
                scratch.resolve("promised"));
        CommandLineRun refused = CommandLineRun.of(
                "filter",
                "--store",
                store,
                "--policy",
                String.format(Locale.ROOT, asked, "0.01"),
                "--out",
                scratch.resolve("no"));
        assertEquals(refused.exitCode(), ExitCode.USAGE, refused.err());
        assertTrue(refused.err().contains("cannot be promised from the 3 scenes"), refused.err());
    }
}
