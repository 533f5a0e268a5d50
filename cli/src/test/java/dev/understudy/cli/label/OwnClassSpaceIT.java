package dev.understudy.cli.label;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import dev.understudy.files.Sha256;
import dev.understudy.model.onnx.OnnxGraph;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipFile;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * Frames that are annotated in classes of a user's own, whose file lies in none of the folders that commands are told,
 * and a store in these classes: every command that reads the two, after the file has gone.
 */
public class OwnClassSpaceIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FRAMES = 6;
    private static final int WIDTH = 48;
    private static final int HEIGHT = 32;
    private static final String CLASSES = """
            name: paint
            classes:
              - {name: rouge, colour: [200, 10, 20]}
              - {name: vert, colour: [10, 200, 20]}
              - {name: bleu, colour: [10, 20, 200]}
            """;

    private Scratch scratch;
    private Path card;
    private Path frames;
    private Path store;

    @BeforeClass
    public void label() throws IOException {
        scratch = Scratch.create();
        Path elsewhere = Files.createDirectories(scratch.resolve("else where"));
        Path classes = Files.writeString(elsewhere.resolve("paint.yml"), CLASSES);
        Path raw = Files.createDirectories(scratch.resolve("raw"));
        List<String> list = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            list.add(frame(raw, i));
        }
        Files.write(raw.resolve("list.txt"), list);
        frames = scratch.resolve("frames");
        done(
                "dataset",
                "import",
                "list",
                "--root",
                raw,
                "--list",
                raw.resolve("list.txt"),
                "--classes",
                classes,
                "--depth-scale",
                1000,
                "--scene",
                "(s[0-9])",
                "--out",
                frames);
        place();
        card = OnnxGraph.coloursCard(scratch.path(), """
                mapTo: else where/paint.yml
                map: {red: rouge, green: vert, blue: bleu}
                """);
        store = scratch.resolve("store");
        CommandLineRun run = label(store, classes);
        assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        assertTrue(run.out().contains("rouge"), run.out());
        Files.delete(classes);
    }

    @AfterClass(alwaysRun = true)
    public void remove() throws IOException {
        scratch.close();
    }

    private CommandLineRun label(Path into, Path classes) {
        return CommandLineRun.of(
                "label",
                "--expert",
                card,
                "--map-to",
                classes,
                "--manifest",
                frames,
                "--frames",
                "all",
                "--store",
                into,
                "--master",
                "local[2]");
    }

    /** Red, green and blue stripes; the annotation calls the red that is nearest to the green green. */
    private static String frame(Path raw, int number) throws IOException {
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        byte[] labels = new byte[WIDTH * HEIGHT];
        int border = 12 + 2 * number;
        for (int i = 0; i < labels.length; i++) {
            int x = i % WIDTH;
            int colour = i / WIDTH >= 24 ? 2 : x < border ? 0 : 1;
            rgb[3 * i + colour] = (byte) 255;
            labels[i] = (byte) (colour == 0 && x >= border - 4 ? 1 : colour);
        }
        String name = "s" + number / 2 + "-f" + number;
        RgbFiles.writePng(raw.resolve(name + ".png"), new RgbImage(WIDTH, HEIGHT, rgb));
        Files.move(grey(raw, labels), raw.resolve(name + "-labels.png"));
        float[] metres = new float[WIDTH * HEIGHT];
        Arrays.fill(metres, 2);
        DepthFiles.write(raw.resolve(name + "-depth.png"), new DepthMap(WIDTH, HEIGHT, metres), 1000);
        return name + ".png\t" + name + "-labels.png\t" + name + "-depth.png";
    }

    private static Path grey(Path raw, byte[] labels) throws IOException {
        Path file = raw.resolve("labels.png");
        LabelFiles.write(
                file,
                new LabelMap(WIDTH, HEIGHT, labels),
                ClassSpace.load("kitti6").palette());
        return file;
    }

    /** Poses and cameras, which lists cannot tell. */
    private void place() throws IOException {
        Path manifest = frames.resolve(Manifest.FILE_NAME);
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(manifest)) {
            ObjectNode frame = (ObjectNode) JSON.readTree(line);
            frame.set("pose", JSON.readTree("[1,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,1]"));
            frame.set("intrinsics", JSON.readTree("{\"fx\":40,\"fy\":40,\"cx\":23.5,\"cy\":15.5}"));
            lines.add(JSON.writeValueAsString(frame));
        }
        Files.write(manifest, lines);
    }

    private static CommandLineRun done(Object... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(run.exitCode(), ExitCode.DONE, run.err() + run.out());
        return run;
    }

    @Test
    public void theStoreKeepsNamesAndColours() {
        try (LabelStore labels = LabelStore.open(store)) {
            assertEquals(labels.classSpace().names(), List.of("rouge", "vert", "bleu"));
            assertEquals(labels.classSpace().palette().colour(2), 10 << 16 | 20 << 8 | 200);
        }
        assertTrue(done("store", "info", store).out().contains("vert"));
    }

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
    public void correctedLabelsComeBackInTheStoresClasses() throws IOException {
        Path coco = scratch.resolve("coco");
        done("export", "labels", "--store", store, "--policy", "none", "--format", "coco", "--out", coco);
        Path corrected = scratch.resolve("corrected");
        CommandLineRun run = done(
                "dataset",
                "import",
                "coco",
                "--labels",
                coco.resolve("labels.json"),
                "--manifest",
                frames,
                "--store",
                store,
                "--out",
                corrected);
        assertTrue(run.out().contains("0.00 %"), run.out());
        done("dataset", "check", corrected);
        assertEquals(
                Manifest.read(corrected).classSpace("classes/paint.yaml").names(), List.of("rouge", "vert", "bleu"));
        done("evaluate", "--store", store, "--manifest", corrected);
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

    @Test
    public void labelsGoToCvatByNameAndColourAndComeBack() throws IOException {
        Path review = scratch.resolve("review");
        done("export", "labels", "--store", store, "--policy", "none", "--format", "cvat", "--out", review);
        try (ZipFile zip = new ZipFile(review.resolve("labels.zip").toFile())) {
            String map =
                    new String(zip.getInputStream(zip.getEntry("labelmap.txt")).readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(map.contains("rouge:200,10,20"), map);
        }
        Path back = scratch.resolve("back");
        CommandLineRun run = done(
                "dataset",
                "import",
                "cvat",
                "--archive",
                review.resolve("labels.zip"),
                "--manifest",
                frames,
                "--store",
                store,
                "--out",
                back);
        assertTrue(run.out().contains("0.00 %"), run.out());
        assertEquals(Manifest.read(back).classSpace("classes/paint.yaml").names(), List.of("rouge", "vert", "bleu"));
        done("evaluate", "--store", store, "--manifest", back);
    }

    @Test
    public void oneNameForOtherClassesIsRefused() throws IOException {
        Path others = scratch.resolve("others");
        Path file = Files.writeString(scratch.resolve("others.yaml"), CLASSES.replace("rouge", "bleu clair"));
        Path otherCard = Files.writeString(
                scratch.resolve("others-card.yaml"), Files.readString(card).replace("rouge", "bleu clair"));
        CommandLineRun.done(
                "label",
                "--expert",
                otherCard,
                "--map-to",
                file,
                "--manifest",
                frames,
                "--frames",
                "all",
                "--store",
                others,
                "--master",
                "local[1]");
        for (String command : List.of("evaluate", "calibrate")) {
            CommandLineRun run = CommandLineRun.of(command, "--store", others, "--manifest", frames);
            assertEquals(run.exitCode(), ExitCode.BAD_DATA, run.err());
            assertTrue(run.err().contains("bleu clair"), run.err());
        }
        CommandLineRun again = label(others, frames.resolve("classes/paint.yaml"));
        assertEquals(again.exitCode(), ExitCode.USAGE, again.err());
    }

    /** The name alone, as stores were written first. */
    @Test
    public void anOlderStoreIsGivenItsNamesByTheSameCommand() throws IOException {
        Path older = scratch.resolve("older");
        Path classes = frames.resolve("classes/paint.yaml");
        assertEquals(label(older, classes).exitCode(), ExitCode.DONE);
        Path description = older.resolve("store.json");
        ObjectNode node = (ObjectNode) JSON.readTree(description.toFile());
        assertFalse(node.path("ownClasses").isMissingNode());
        node.remove("ownClasses");
        Files.writeString(description, node.toString());
        CommandLineRun told =
                CommandLineRun.of("filter", "--store", older, "--policy", "none", "--out", scratch.resolve("nothing"));
        assertEquals(told.exitCode(), ExitCode.BAD_DATA, told.err());
        assertTrue(told.err().contains("label command once more"), told.err());
        String shards = Sha256.of(older.resolve("_SUCCESS"));
        assertEquals(label(older, classes).exitCode(), ExitCode.DONE);
        assertEquals(Sha256.of(older.resolve("_SUCCESS")), shards);
        done("filter", "--store", older, "--policy", "none", "--out", scratch.resolve("something"));
    }
}
