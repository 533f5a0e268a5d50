package dev.understudy.cli.train;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Understudy;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.process.MountedFolder;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import dev.understudy.scenes.RenderPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.testng.Assert;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * {@code understudy train} as a process of its own, on rendered rooms: its loss curve, kills, and a disk that fills.
 */
public class TrainProcessIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STEPS = 12;
    private static final String LAST = "checkpoints/step-00000012/";
    /** Another processor sums in another order: SSE4.1, AVX2 and AVX-512 moved this curve by 0.0014 at most. */
    private static final double CURVE_TOLERANCE = 0.02;

    /**
     * Adam's first steps have the gradients' signs alone, and a batch of two lets batch-norm amplify what rounding did
     * to them tenfold a step. This is tame enough for a curve to be compared with another processor's.
     */
    private static final String[] TAME = {
        "trainer.optimiser.rule={sgd: {momentum: 0.5}}",
        "trainer.optimiser.encoderRate=1e-4",
        "trainer.optimiser.decoderRate=1e-3",
        "trainer.stages.0.batch=4",
        // What it is compared with is of float32
        "trainer.precision=float32",
    };

    private static final String RECIPE = """
            out: straight
            sources: {rooms: {manifest: rooms/manifest.jsonl, split: train}}
            validation: {manifest: rooms/manifest.jsonl, split: test}
            threads: 1
            trainer:
              seed: 3
              network: {tasks: [segmentation, depth, normals]}
              stages:
                - {name: real, steps: 12, batch: 2, crop: {width: 64, height: 48}, sources: {rooms: 1}, validateEvery: 6}
              optimiser: {rule: {adamw: {}}, encoderRate: 1e-3, decoderRate: 3e-4, clipNorm: 5, averageDecay: 0.9}
              augmentation: {minScale: 0.9, maxScale: 1.2, brightness: 0.1}
              checkpoints: {everySteps: 2, keep: 2}
            """;

    private Path folder;

    @BeforeClass
    public void renderAndTrain() throws IOException, InterruptedException {
        folder = Scratch.folder("train-process");
        RenderPlan rooms = RenderPlan.annotated(RenderOptions.of(SceneKind.ROOMS, 80, 60, 1), 8)
                .with(plan -> plan.test(2).normals(false).threads(1));
        new DatasetRenderer(rooms, folder.resolve("rooms")).render((done, of) -> {});
        Files.writeString(folder.resolve("recipe.yaml"), RECIPE);
        try (ChildJvm training = start("straight", false)) {
            assertEquals(training.exitCode(), ExitCode.DONE, training.output());
        }
    }

    @AfterClass
    public void remove() throws IOException {
        Scratch.delete(folder);
    }

    private List<String> arguments(String out, boolean resume, String... overrides) {
        List<String> words = new ArrayList<>(
                List.of("train", "--config", folder.resolve("recipe.yaml").toString()));
        words.addAll(List.of("--set", "out='" + folder.resolve(out) + "'"));
        for (String override : overrides) {
            words.addAll(List.of("--set", override));
        }
        if (resume) {
            words.add("--resume");
        }
        return words;
    }

    private ChildJvm start(String out, boolean resume, String... overrides) throws IOException {
        List<String> command = ChildJvm.command(ChildJvm.LEARNING, Understudy.class);
        command.addAll(arguments(out, resume, overrides));
        return ChildJvm.start(command, folder.resolve(out + ".log"));
    }

    /** In this process, for what nobody has to kill. */
    private CommandLineRun train(String out, boolean resume, String... overrides) {
        return CommandLineRun.of(arguments(out, resume, overrides).toArray());
    }

    @Test
    public void theLossFallsAsItDidBefore() throws IOException {
        CommandLineRun training = train("curve", false, TAME);
        assertEquals(training.exitCode(), ExitCode.DONE, training.err());
        List<Double> found = losses("curve");
        List<Double> committed = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("rooms-loss-curve.csv"))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> committed.add(Double.parseDouble(line.split(",")[1])));
        }
        assertEquals(found.size(), STEPS);
        assertEquals(committed.size(), STEPS);
        for (int i = 0; i < STEPS; i++) {
            assertEquals(
                    found.get(i),
                    committed.get(i),
                    CURVE_TOLERANCE * committed.get(i),
                    "step " + (i + 1) + " of " + found);
        }
    }

    @Test
    public void killedAtAnyPointItEndsWithTheSameBits() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int kills = 0;
        for (boolean ended = false; !ended; ) {
            long before = lines("killed");
            try (ChildJvm training = start("killed", kills > 0)) {
                long until = before + 1 + random.nextInt(5);
                while (training.process().isAlive() && lines("killed") < until) {
                    Thread.sleep(1);
                }
                Thread.sleep(random.nextInt(200));
                ended = kills >= 3 || !training.process().isAlive();
                if (ended) {
                    assertEquals(training.exitCode(), 0, training.output());
                } else {
                    training.kill();
                    kills++;
                }
            }
        }
        assertSameEnd("killed", "seed " + seed + ", " + kills + " kills");
        assertEquals(losses("killed").size(), STEPS, "every step once, seed " + seed);
    }

    /** The frames are rendered without normals. */
    @Test
    public void aHeadThatNoFrameTeachesIsTold() throws IOException {
        String said = Files.readString(folder.resolve("straight.log"));
        assertTrue(said.contains("a head for normals, and no frame of the sources rooms"), said);
        assertTrue(said.contains("understudy dataset normals"), said);
        assertFalse(said.contains("a head for depth"), said);
    }

    @Test
    public void whatAResumedRunPassesOverIsTold() throws IOException, InterruptedException {
        copy(folder.resolve("straight"), folder.resolve("told"));
        Path state = folder.resolve("told").resolve(LAST + "state.pth");
        byte[] bytes = Files.readAllBytes(state);
        bytes[bytes.length / 2] ^= 1;
        Files.write(state, bytes);
        try (ChildJvm training = start("told", true, "threads=2")) {
            assertEquals(training.exitCode(), ExitCode.DONE, training.output());
            for (String told : List.of(
                    "step-00000012: damaged (state.pth has SHA-256 ",
                    "trying the one before",
                    "was written with 1 threads, going on with 2",
                    "train: going on after step 10 of 12")) {
                assertTrue(training.output().contains(told), training.output());
            }
        }
    }

    @Test
    public void twoTrainingsDoNotWriteIntoOneFolder() throws IOException, InterruptedException {
        try (ChildJvm first = start("shared", false, "trainer.stages.0.steps=500")) {
            while (first.process().isAlive() && lines("shared") == 0) {
                Thread.sleep(10);
            }
            CommandLineRun second = train("shared", true);
            assertEquals(second.exitCode(), ExitCode.BAD_DATA, second.err());
            String holder = "held by process " + first.process().pid();
            assertTrue(second.err().contains(holder), second.err());
            assertTrue(first.process().isAlive(), first.output());
        }
    }

    @Test
    public void anUnreadableFrameIsPassedOverAndTold() throws IOException, InterruptedException {
        copy(folder.resolve("rooms"), folder.resolve("torn"));
        Path picture = folder.resolve("torn")
                .resolve(Manifest.read(folder.resolve("torn")).frames().get(0).rgb());
        byte[] whole = Files.readAllBytes(picture);
        Files.write(picture, Arrays.copyOf(whole, whole.length / 2));
        String torn = "sources.rooms.manifest='" + folder.resolve("torn") + "'";
        try (ChildJvm passing = start("passed-over", false, torn, "trainer.stages.0.steps=6")) {
            assertEquals(passing.exitCode(), ExitCode.DONE, passing.output());
            assertTrue(passing.output().contains("skipped, 1 of at most 10: " + picture), passing.output());
        }
        CommandLineRun refusing = train("too-many", false, torn, "trainer.loader.maxUnreadable=0");
        assertEquals(refusing.exitCode(), ExitCode.BAD_DATA, refusing.err());
        assertTrue(refusing.err().contains("1 frames cannot be read, expected at most 0"), refusing.err());
    }

    @Test
    public void aRunThatLeavesTheNumbersSaysSoInALine() {
        String[] wild = {"trainer.optimiser.decoderRate=1e30", "trainer.optimiser.clipNorm="};
        CommandLineRun training = train("wild", false, wild);
        assertEquals(training.exitCode(), ExitCode.USAGE, training.err());
        assertTrue(training.err().contains("is not finite"), training.err());
        assertTrue(training.err().contains("segmentation ") && training.err().contains("rooms/"), training.err());
        assertFalse(training.err().contains("This should not happen"), training.err());
    }

    @Test
    public void aRunThatIsRefusedLeavesTheOtherOnesRecipeAlone() throws IOException {
        byte[] recipe = Files.readAllBytes(folder.resolve("straight/train.yaml"));
        for (boolean resume : new boolean[] {false, true}) {
            CommandLineRun training = train("straight", resume, "trainer.seed=4");
            assertEquals(training.exitCode(), ExitCode.USAGE, training.err());
        }
        assertEquals(Files.readAllBytes(folder.resolve("straight/train.yaml")), recipe);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    @Test
    public void aFullDiskEndsTheRunAndLeavesACheckpointToGoOnFrom() throws IOException, InterruptedException {
        try (MountedFolder small = MountedFolder.mount(folder.resolve("small"), "size=130m")) {
            CommandLineRun full = train("small/run", false);
            assertEquals(full.exitCode(), 3, full.err());
            assertTrue(full.err().contains("is the disk full?"), full.err());
            small.remount("size=600m");
            CommandLineRun resumed = train("small/run", true);
            assertEquals(resumed.exitCode(), 0, resumed.err());
            assertSameEnd("small/run", "after a full disk");
        }
    }

    /** Weights, moving average, momentum, statistics, best. */
    private void assertSameEnd(String out, String message) throws IOException {
        for (String file : List.of("last.pth", "best.pth", LAST + "weights.pth", LAST + "state.pth")) {
            byte[] expected = Files.readAllBytes(folder.resolve("straight").resolve(file));
            byte[] found = Files.readAllBytes(folder.resolve(out).resolve(file));
            Assert.assertEquals(found, expected, file + ", " + message);
        }
    }

    private List<Double> losses(String out) throws IOException {
        List<Double> losses = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve(out).resolve("metrics.jsonl"))) {
            JsonNode loss = JSON.readTree(line).path("loss");
            if (loss.isNumber()) {
                losses.add(loss.doubleValue());
            }
        }
        return losses;
    }

    /** Of the metrics, as far as they are written. */
    private long lines(String out) throws IOException {
        Path file = folder.resolve(out).resolve("metrics.jsonl");
        return Files.exists(file)
                ? Files.readString(file).chars().filter(c -> c == '\n').count()
                : 0;
    }
}
