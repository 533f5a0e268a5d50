package dev.understudy.trainer;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.conf.Checks.InvalidRecordException;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.Scratch;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.trainer.Trainer.TrainingSummary;
import dev.understudy.trainer.data.TrainingSet;
import dev.understudy.trainer.loss.JointLoss.NonFiniteLossException;
import dev.understudy.trainer.loss.LossConfiguration;
import dev.understudy.trainer.progress.MetricsFile;
import dev.understudy.trainer.progress.TrainingListener;
import dev.understudy.trainer.progress.TrainingListener.Score;
import dev.understudy.trainer.progress.TrainingListener.StepReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class TrainerTest {
    static final Map<String, TrainingSet> SETS =
            Map.of("real", new Squares(6, "real", true), "pseudo", new Squares(10, "pseudo", false));

    static final String RECIPE = """
            network: {classes: 3}
            seed: 5
            stages:
              - {name: mixed, steps: 24, validateEvery: 8, batch: 4, accumulate: 2, crop: {width: 32, height: 24},
                 sources: {real: 0.5, pseudo: 0.5}}
              - {name: real, epochs: 4, batch: 4, crop: {width: 40, height: 32}, sources: {real: 1}}
            optimiser: {encoderRate: 0.02, decoderRate: 0.05, schedule: {polynomial: {}}, averageDecay: 0.8}
            augmentation: {minScale: 0.9, maxScale: 1.2, brightness: 0.1}
            checkpoints: {best: {metric: {name: segmentation.accuracy}}}
            """;

    private Path out;

    @BeforeMethod
    public void makeFolder() throws IOException {
        out = Scratch.folder("trainer-test");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        Scratch.delete(out);
    }

    static TrainerConfiguration recipe(String... overrides) {
        return ConfigurationLoader.parse("recipe", RECIPE, TrainerConfiguration.class, List.of(overrides));
    }

    /** Share of pixels at the network's own stride that the largest logit gets right. */
    static List<Score> accuracy(dev.understudy.model.network.Network network) {
        return List.of(
                new Score(Task.SEGMENTATION, "accuracy", 1 - TestLoss.of((SmallNetwork) network), true),
                new Score(Task.DEPTH, "rmse", 1, false));
    }

    static TrainingSummary train(
            Path out, SmallNetwork network, TrainerConfiguration recipe, TrainingListener... listeners) {
        return new Trainer(recipe, network, SETS, TrainerTest::accuracy, List.of(listeners), out).train(false);
    }

    @Test
    public void learns() throws IOException {
        List<Double> losses = new ArrayList<>();
        TrainingListener remember = new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
                losses.add(report.loss().total());
            }
        };
        try (SmallNetwork network = new SmallNetwork(1)) {
            TrainingSummary summary =
                    train(out, network, recipe(), remember, new MetricsFile(out.resolve("metrics.jsonl")));
            assertEquals(summary.steps(), 24 + 8);
            assertEquals(losses.size(), 32);
            assertTrue(mean(losses.subList(24, 32)) < 0.7 * mean(losses.subList(0, 8)), losses.toString());
            Checkpoint last = CheckpointReader.read(summary.last());
            assertEquals(last.tensors().keySet(), network.parameters().keySet());
            assertTrue(Files.exists(summary.best()));
            assertEquals(summary.bestScores().keySet(), java.util.Set.of("segmentation.accuracy", "depth.rmse"));
        }
        List<String> lines = Files.readAllLines(out.resolve("metrics.jsonl"));
        assertEquals(
                lines.stream().filter(line -> line.contains("\"validation\"")).count(), 3 + 4);
        assertEquals(lines.stream().filter(line -> line.contains("\"loss\"")).count(), 32);
        try (Stream<Path> kept = Files.list(out.resolve("checkpoints"))) {
            assertEquals(
                    kept.map(p -> p.getFileName().toString()).sorted().toList(),
                    List.of("step-00000030", "step-00000032"));
        }
    }

    static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElseThrow();
    }

    @Test
    public void sameSeedSameWeights() {
        try (SmallNetwork first = new SmallNetwork(1);
                SmallNetwork second = new SmallNetwork(1)) {
            train(out, first, recipe("stages.0.steps=5"));
            out = out.resolve("second");
            train(out, second, recipe("stages.0.steps=5", "loader.workers=3", "loader.cacheMegabytes=0"));
            assertSame(first.snapshot(), second.snapshot());
        }
    }

    static void assertSame(Checkpoint a, Checkpoint b) {
        a.tensors()
                .forEach((name, tensor) -> assertEquals(
                        Arrays.mismatch(tensor.toFloats(), b.tensors().get(name).toFloats()), -1, name));
    }

    /** Stops in mid-stage, as a crash would, with a checkpoint some steps before. */
    static final class Crash implements TrainingListener {
        private final long after;

        Crash(long after) {
            this.after = after;
        }

        @Override
        public void stepped(StepReport report) {
            if (report.step() == after) {
                throw new IllegalStateException("crash");
            }
        }
    }

    @Test
    public void aLossThatIsNotFiniteStopsTheRunAndNamesTheFrames() {
        try (SmallNetwork network = new SmallNetwork(1)) {
            float[] bias = {Float.NaN};
            network.array("depth.bias").set(bias);
            NonFiniteLossException e =
                    expectThrows(NonFiniteLossException.class, () -> train(out, network, recipe("stages.0.steps=2")));
            assertTrue(e.getMessage().contains("depth NaN"), e.getMessage());
            assertTrue(e.getMessage().contains("real/"), e.getMessage());
            assertFalse(Double.isNaN(e.terms().get("segmentation")));
        }
    }

    @Test
    public void weightsThatAreNotFiniteAreNeverSaved() throws IOException {
        try (SmallNetwork network = new SmallNetwork(1)) {
            TrainingListener spoil = new TrainingListener() {
                @Override
                public void stepped(StepReport report) {
                    if (report.step() == 2) {
                        network.array("depth.bias").set(new float[] {Float.POSITIVE_INFINITY});
                    }
                }
            };
            NonFiniteLossException e = expectThrows(
                    NonFiniteLossException.class,
                    () -> train(out, network, recipe("stages.0.steps=2", "checkpoints.everySteps=1"), spoil));
            assertTrue(e.getMessage().startsWith("after step 2 depth.bias is not finite"), e.getMessage());
        }
        Checkpoint last = CheckpointReader.read(out.resolve("last.pth"));
        assertTrue(Float.isFinite(last.tensors().get("depth.bias").toFloats()[0]), "of step 1");
    }

    @Test
    public void listenersAreAllClosedWhateverOneThrows() {
        List<String> closed = new ArrayList<>();
        TrainingListener first = closing("first", closed);
        TrainingListener second = closing("second", closed);
        TrainingListener crash = new Crash(2);
        try (SmallNetwork network = new SmallNetwork(1)) {
            IllegalStateException e = expectThrows(
                    IllegalStateException.class,
                    () -> train(out, network, recipe("stages.0.steps=3"), first, crash, second));
            assertEquals(e.getMessage(), "crash");
            assertEquals(closed, List.of("first", "second"));
            assertEquals(e.getSuppressed().length, 1);
            assertEquals(e.getSuppressed()[0].getMessage(), "first cannot be closed");
            assertEquals(e.getSuppressed()[0].getSuppressed()[0].getMessage(), "second cannot be closed");

            closed.clear();
            out = out.resolve("whole");
            UncheckedIOException alone = expectThrows(
                    UncheckedIOException.class, () -> train(out, network, recipe("stages.0.steps=3"), first, second));
            assertEquals(alone.getMessage(), "first cannot be closed");
            assertEquals(alone.getSuppressed()[0].getMessage(), "second cannot be closed");
            assertEquals(closed, List.of("first", "second"));
        }
    }

    private static TrainingListener closing(String name, List<String> closed) {
        return new TrainingListener() {
            @Override
            public void close() {
                closed.add(name);
                throw new UncheckedIOException(name + " cannot be closed", new IOException("disk full"));
            }
        };
    }

    @Test
    public void classWeightsMustBeAsManyAsClasses() {
        InvalidRecordException e = expectThrows(
                InvalidRecordException.class,
                () -> recipe().withLoss(recipeLoss("{cross-entropy: {classWeights: [1, 2]}}")));
        assertTrue(e.getMessage().contains("each of the network's 3 classes, found 2"), e.getMessage());
    }

    private static LossConfiguration recipeLoss(String segmentation) {
        return ConfigurationLoader.parse("loss", "segmentation: " + segmentation, LossConfiguration.class, List.of());
    }

    @Test
    public void aGroupThatHoldsNothingIsNamedBeforeTraining() {
        try (SmallNetwork network = new SmallNetwork(1)) {
            ConfigurationException e = expectThrows(
                    ConfigurationException.class,
                    () -> train(
                            out, network, recipe("optimiser.groups=[{name: heads, pattern: 'head.*', rate: 0.1}]")));
            assertTrue(e.getMessage().contains("'head.*' of heads matches no parameter"), e.getMessage());
            assertFalse(Files.exists(out.resolve("checkpoints")));
        }
    }

    @Test
    public void anUnknownSourceIsNamed() {
        try (SmallNetwork network = new SmallNetwork(1)) {
            ConfigurationException e = expectThrows(
                    ConfigurationException.class,
                    () -> train(out, network, recipe("stages.0.sources={real: 0.5, synthetic: 0.5}")));
            assertTrue(e.getMessage().contains("synthetic, expected some of pseudo, real"), e.getMessage());
        }
    }

    @Test
    public void nothingPilesUpOverAThousandSteps() {
        List<Integer> arrays = new ArrayList<>();
        try (SmallNetwork network = new SmallNetwork(1)) {
            TrainingListener count = new TrainingListener() {
                @Override
                public void stepped(StepReport report) {
                    arrays.add(network.manager().getManagedArrays().size());
                }
            };
            train(
                    out,
                    network,
                    recipe("stages.0.steps=1000", "stages.0.validateEvery=1000", "optimiser.clipNorm=1"),
                    count);
            assertEquals(arrays.get(999), arrays.get(1), arrays.toString());
        }
    }

    @Test
    public void partsOfABatchTeachWhatTheWholeDoes() {
        try (SmallNetwork whole = new SmallNetwork(1);
                SmallNetwork parts = new SmallNetwork(1)) {
            String[] small = {"stages.0.steps=4", "loss.depth=l1", "optimiser.averageDecay="};
            train(out, whole, recipe(with(small, "stages.0.accumulate=1")));
            out = out.resolve("parts");
            train(out, parts, recipe(with(small, "stages.0.accumulate=4")));
            for (String name : whole.parameters().keySet()) {
                NDArray difference = whole.array(name).sub(parts.array(name)).abs();
                assertTrue(difference.max().getFloat() < 1e-5, name);
            }
        }
    }

    @Test
    public void partsOfABatchCostWhatTheWholeDoes() {
        List<Double> totals = new ArrayList<>();
        for (int passes : new int[] {1, 4}) {
            TrainingListener remember = new TrainingListener() {
                @Override
                public void stepped(StepReport report) {
                    if (report.step() == 4) {
                        totals.add(report.loss().total());
                    }
                }
            };
            out = out.resolve("passes-" + passes);
            try (SmallNetwork network = new SmallNetwork(1)) {
                TrainerConfiguration recipe = recipe(
                        "stages.0.steps=4", "loss.depth=l1", "loss.weights=learned", "stages.0.accumulate=" + passes);
                train(out, network, recipe, remember);
            }
        }
        assertEquals(totals.get(1), totals.get(0), 1e-5);
    }

    @Test
    public void aTaskThatNoFrameTeachesLearnsNoWeight() throws IOException {
        try (SmallNetwork network = new SmallNetwork(1)) {
            train(
                    out,
                    network,
                    recipe(
                            "stages=[{steps: 3, batch: 2, crop: {width: 32, height: 24}, sources: {pseudo: 1}}]",
                            "loss.weights=learned"));
        }
        var weights = new ObjectMapper()
                .readTree(
                        out.resolve("checkpoints/step-00000003/checkpoint.json").toFile())
                .get("taskWeights");
        assertTrue(weights.get("segmentation").doubleValue() != 0, weights.toString());
        assertEquals(weights.get("depth").doubleValue(), 0.0, "frames without depth say nothing of it");
    }

    static String[] with(String[] overrides, String another) {
        String[] all = Arrays.copyOf(overrides, overrides.length + 1);
        all[overrides.length] = another;
        return all;
    }
}
