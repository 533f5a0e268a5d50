package dev.understudy.cli.train;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.pipeline.train.StoredProbabilities;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainingSources;
import dev.understudy.store.LabelStore;
import dev.understudy.trainer.data.SoftLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Students of rendered rooms that learn the probabilities that a store keeps. */
public class SoftLabelsIT {
    private static final String RECIPE = """
            out: run
            sources:
              pseudo: {manifest: rooms/manifest.jsonl, store: store, policy: {threshold: {probability: 0.03}}}
            threads: 1
            trainer:
              seed: 1
              network: {architecture: mt-lw-refinenet, tasks: [segmentation], classes: 40}
              stages:
                - {name: a, steps: 4, batch: 2, crop: {width: 48, height: 32}, sources: {pseudo: 1}}
              augmentation: {minScale: 0.8, maxScale: 1.2}
              checkpoints: {everySteps: 2, keep: 2}
            """;

    private Scratch scratch;

    @BeforeClass
    public void labelAndTrain() throws IOException {
        scratch = Scratch.create();
        CommandLineRun.render("rooms", "64x48", 4, 0, scratch.resolve("rooms"));
        Path expert = scratch.resolve("expert.pth");
        Students.write(expert, 40, 3, Task.SEGMENTATION);
        CommandLineRun.label(expert, "nyud40", scratch.resolve("rooms"), scratch.resolve("store"), "--frames", "all");
        Files.writeString(scratch.resolve("recipe.yaml"), RECIPE);
        assertTrained(train("soft", "sources.pseudo.labels={soft: 3}"));
    }

    @AfterClass(alwaysRun = true)
    public void remove() throws IOException {
        scratch.close();
    }

    private static void assertTrained(CommandLineRun run) {
        assertEquals(run.exitCode(), ExitCode.DONE, run.err());
    }

    private CommandLineRun train(String out, String... settings) {
        return CommandLineRun.of(arguments(out, settings).toArray());
    }

    private List<Object> arguments(String out, String... settings) {
        List<Object> arguments = new ArrayList<>(List.of(
                "train", "--config", scratch.resolve("recipe.yaml"), "--set", "out='" + scratch.resolve(out) + "'"));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return arguments;
    }

    private CommandLineRun resume(String out, String... settings) {
        List<Object> arguments = arguments(out, settings);
        arguments.add("--resume");
        return CommandLineRun.of(arguments.toArray());
    }

    private byte[] weights(String out) throws IOException {
        return Files.readAllBytes(scratch.resolve(out).resolve("last.pth"));
    }

    @Test
    public void oneClassIsTheLabelAloneToTheByte() throws IOException {
        assertTrained(train("hard"));
        assertTrained(train("one", "sources.pseudo.labels={soft: 1}"));
        assertEquals(weights("one"), weights("hard"));
        assertNotEquals(weights("soft"), weights("hard"));
        assertTrained(resume("hard", "sources.pseudo.labels={soft: 1}"));
    }

    @Test
    public void aResumedRunEndsWithTheSameBytes() throws IOException {
        copy(scratch.resolve("soft"), scratch.resolve("cut"));
        Scratch.delete(scratch.resolve("cut/checkpoints/step-00000004"));
        Files.delete(scratch.resolve("cut/last.pth"));
        CommandLineRun resumed = resume("cut", "sources.pseudo.labels={soft: 3}");
        assertTrained(resumed);
        assertTrue(resumed.err().contains("going on after step 2 of 4"), resumed.err());
        assertEquals(weights("cut"), weights("soft"));
    }

    @Test
    public void anotherSettingIsNotGoneOnWith() {
        CommandLineRun fewer = resume("soft", "sources.pseudo.labels={soft: 2}");
        assertEquals(fewer.exitCode(), ExitCode.USAGE, fewer.err());
        assertTrue(fewer.err().contains("sources.pseudo.labels was soft 3, found soft 2"), fewer.err());
        CommandLineRun hard = resume("soft");
        assertEquals(hard.exitCode(), ExitCode.USAGE, hard.err());
        assertTrue(hard.err().contains("sources.pseudo.labels was soft 3"), hard.err());
    }

    @Test
    public void whatTheStoreDoesNotKeepIsRefused() {
        CommandLineRun more = train("more", "sources.pseudo.labels.soft=40");
        assertEquals(more.exitCode(), ExitCode.USAGE, more.err());
        assertTrue(more.err().contains("sources.pseudo.labels.soft: found 40"), more.err());
        assertTrue(more.err().contains("keeps 3 classes of each pixel"), more.err());
        CommandLineRun none = train("none", "sources.pseudo.labels={soft: 0}");
        assertEquals(none.exitCode(), ExitCode.USAGE, none.err());
        assertTrue(none.err().contains("must be 1 to 255, found 0"), none.err());
        CommandLineRun annotated =
                train("annotated", "sources.pseudo={manifest: '" + scratch.resolve("rooms") + "', labels: {soft: 3}}");
        assertEquals(annotated.exitCode(), ExitCode.USAGE, annotated.err());
        assertTrue(annotated.err().contains("add store"), annotated.err());
    }

    @Test
    public void aClassThatIsNotAmongTheStoredOnesIsTaughtHard() {
        try (LabelStore store = LabelStore.open(scratch.resolve("store"))) {
            CalibratedStore calibrated = new CalibratedStore(store);
            Frame frame = frame(store);
            SegmentationEvidence evidence =
                    calibrated.get(frame.id(), EvidencePlanes.top(3)).segmentation();
            int pixels = evidence.pixels();
            byte[] classes = Arrays.copyOf(evidence.classes(), pixels);
            float[] weight = new float[pixels];
            Arrays.fill(weight, 0.5f);
            classes[0] = other(evidence);
            classes[1] = evidence.classes()[pixels + 1];
            weight[2] = 0;
            Judgement judgement = new Judgement(frame.width(), frame.height(), classes, new float[pixels], weight);
            SoftLabels soft = new StoredProbabilities(calibrated, 3).of(frame, judgement);
            assertFalse(soft.has(0), "voted for what the expert did not think of");
            assertTrue(soft.has(1), "the second class is among the stored ones");
            assertFalse(soft.has(2), "dropped");
            for (int pixel : new int[] {1, 3, pixels - 1}) {
                for (int k = 0; k < 3; k++) {
                    assertEquals(soft.classes()[3 * pixel + k], evidence.classes()[k * pixels + pixel]);
                    assertEquals(soft.levels()[3 * pixel + k], evidence.probability()[k * pixels + pixel]);
                }
            }
        }
    }

    private Frame frame(LabelStore store) {
        Manifest manifest = Manifest.read(scratch.resolve("rooms")).filter(record -> store.contains(record.id()));
        return new DiskFrameSource(manifest).read(0);
    }

    /** A class that is not among those of pixel 0. */
    private static byte other(SegmentationEvidence evidence) {
        byte other = 0;
        for (boolean among = true; among; ) {
            among = false;
            for (int k = 0; k < evidence.topK(); k++) {
                among |= evidence.classes()[k * evidence.pixels()] == other;
            }
            other += (byte) (among ? 1 : 0);
        }
        return other;
    }

    /** As an ablation compares: what is taught by true labels has no use for the expert's probabilities. */
    @Test
    public void trueLabelsAreHardAndFilteredOnesSoft() {
        assertNull(softOf("labels"));
        SoftLabels filtered = softOf("filter");
        assertEquals(filtered.topK(), 3);
    }

    private SoftLabels softOf(String use) {
        TrainConfiguration recipe = ConfigurationLoader.load(
                scratch.resolve("recipe.yaml"),
                TrainConfiguration.class,
                List.of(
                        "sources.pseudo.labels={soft: 3}",
                        "sources.pseudo.truth={manifest: '" + scratch.resolve("rooms") + "', use: " + use + "}"));
        try (TrainingSources sources = TrainingSources.open(recipe)) {
            return sources.sets().get("pseudo").get(0).soft();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }
}
