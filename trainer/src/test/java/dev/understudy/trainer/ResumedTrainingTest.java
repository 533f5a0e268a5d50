package dev.understudy.trainer;

import static dev.understudy.trainer.TrainerTest.SETS;
import static dev.understudy.trainer.TrainerTest.assertSame;
import static dev.understudy.trainer.TrainerTest.recipe;
import static dev.understudy.trainer.TrainerTest.train;
import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.Scratch;
import dev.understudy.trainer.Trainer.Beginning;
import dev.understudy.trainer.TrainerConfiguration.CheckpointConfiguration;
import dev.understudy.trainer.TrainerTest.Crash;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;
import dev.understudy.trainer.progress.MetricsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Training that was interrupted: it goes on as if nothing had been, or says why it cannot. */
public class ResumedTrainingTest {
    private Path out;

    @BeforeMethod
    public void makeFolder() throws IOException {
        out = Scratch.folder("resumed-test");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        Scratch.delete(out);
    }

    @Test
    public void aResumedRunEndsWithTheSameBits() throws IOException {
        try (SmallNetwork straight = new SmallNetwork(1)) {
            train(out, straight, recipe());
            Path whole = out.resolve("best.pth");
            byte[] best = Files.readAllBytes(whole);
            byte[] last = Files.readAllBytes(out.resolve("last.pth"));
            out = out.resolve("interrupted");
            for (long crash : new long[] {3, 13, 27}) {
                try (SmallNetwork network = new SmallNetwork(99)) {
                    if (crash == 3) {
                        network.load(new SmallNetwork(1).snapshot());
                    }
                    Trainer trainer = new Trainer(
                            recipe("checkpoints.everySteps=2"),
                            network,
                            SETS,
                            TrainerTest::accuracy,
                            List.of(new MetricsFile(out.resolve("metrics.jsonl")), new Crash(crash)),
                            out);
                    expectThrows(IllegalStateException.class, () -> trainer.train(crash > 3));
                }
            }
            damageNewest();
            try (SmallNetwork network = new SmallNetwork(98)) {
                new Trainer(
                                recipe("checkpoints.everySteps=2"),
                                network,
                                SETS,
                                TrainerTest::accuracy,
                                List.of(new MetricsFile(out.resolve("metrics.jsonl"))),
                                out)
                        .train(true);
                assertSame(network.snapshot(), straight.snapshot());
            }
            assertEquals(Files.readAllBytes(out.resolve("best.pth")), best);
            assertEquals(Files.readAllBytes(out.resolve("last.pth")), last);
            assertEquals(
                    Files.readAllLines(out.resolve("metrics.jsonl")).stream()
                            .filter(line -> line.contains("\"loss\""))
                            .count(),
                    32,
                    "every step once");
        }
    }

    /** Students that differ in their later stages alone need the first ones trained once. */
    @Test
    public void aRunThatBeginsWithAnothersStagesEndsWithTheSameBits() throws IOException {
        TrainerConfiguration recipe = recipe("stages.0.sources={real: 1}");
        Map<String, TrainingSet> real = Map.of("real", Objects.requireNonNull(SETS.get("real")));
        try (SmallNetwork straight = new SmallNetwork(1);
                SmallNetwork first = new SmallNetwork(1);
                SmallNetwork other = new SmallNetwork(2)) {
            train(out.resolve("straight"), straight, recipe);
            Beginning beginning = new Beginning(out.resolve("first"), 1);
            new Trainer(recipe.first(1), first, real, TrainerTest::accuracy, List.of(), beginning.run()).train(false);
            Path begun = out.resolve("begun");
            Trainer stopped = stoppedAfter(27, recipe, other, begun);
            expectThrows(IllegalStateException.class, () -> stopped.train(true, beginning));
            new Trainer(recipe, other, SETS, TrainerTest::accuracy, List.of(), begun).train(true, beginning);
            assertSame(other.snapshot(), straight.snapshot());
            for (String weights : List.of("last.pth", "best.pth")) {
                assertEquals(
                        Files.readAllBytes(begun.resolve(weights)),
                        Files.readAllBytes(out.resolve("straight").resolve(weights)),
                        weights);
            }
        }
    }

    @Test
    public void aBeginningThatIsNotTheRecipesOwnIsRefused() {
        TrainerConfiguration recipe = recipe();
        Beginning beginning = new Beginning(out.resolve("first"), 1);
        try (SmallNetwork network = new SmallNetwork(1)) {
            assertTrue(refusal(recipe, network, beginning).contains("has no checkpoint of the end of"));
            TrainerConfiguration longer = recipe.first(1);
            Trainer stopped = stoppedAfter(5, longer, network, beginning.run());
            expectThrows(IllegalStateException.class, () -> stopped.train(true));
            assertTrue(refusal(recipe, network, beginning).contains("train it to its end first"));
            new Trainer(longer, network, SETS, TrainerTest::accuracy, List.of(), beginning.run()).train(true);
            assertTrue(refusal(recipe.withSeed(7), network, beginning).contains("another configuration"));
        }
    }

    /** With a checkpoint each second step. */
    private static Trainer stoppedAfter(long step, TrainerConfiguration recipe, SmallNetwork network, Path folder) {
        TrainerConfiguration saved = recipe.withCheckpoints(
                new CheckpointConfiguration(2, 2, recipe.checkpoints().best()));
        return new Trainer(saved, network, SETS, TrainerTest::accuracy, List.of(new Crash(step)), folder);
    }

    private String refusal(TrainerConfiguration recipe, SmallNetwork network, Beginning beginning) {
        Trainer trainer = new Trainer(recipe, network, SETS, TrainerTest::accuracy, List.of(), out.resolve("refused"));
        return expectThrows(ConfigurationException.class, () -> trainer.train(true, beginning))
                .getMessage();
    }

    private void damageNewest() throws IOException {
        try (Stream<Path> all = Files.list(out.resolve("checkpoints"))) {
            Path state = all.sorted().reduce((a, b) -> b).orElseThrow().resolve("state.pth");
            byte[] bytes = Files.readAllBytes(state);
            bytes[bytes.length / 2] ^= 1;
            Files.write(state, bytes);
        }
    }

    @Test
    public void aFolderInUseIsNotOverwritten() {
        try (SmallNetwork network = new SmallNetwork(1)) {
            train(out, network, recipe("stages.0.steps=2"));
            ConfigurationException again =
                    expectThrows(ConfigurationException.class, () -> train(out, network, recipe("stages.0.steps=2")));
            assertTrue(again.getMessage().contains("holds checkpoints of another run"), again.getMessage());
            Trainer other =
                    new Trainer(recipe("stages.0.steps=3"), network, SETS, TrainerTest::accuracy, List.of(), out);
            ConfigurationException changed = expectThrows(ConfigurationException.class, () -> other.train(true));
            assertTrue(changed.getMessage().contains("another configuration"), changed.getMessage());
        }
    }

    @Test
    public void aRunThatWasKilledBeforeItsLastWeightsWereOutPutsThemOut() throws IOException {
        try (SmallNetwork network = new SmallNetwork(1)) {
            train(out, network, recipe("stages.0.steps=2"));
            byte[] last = Files.readAllBytes(out.resolve("last.pth"));
            Files.delete(out.resolve("last.pth"));
            new Trainer(recipe("stages.0.steps=2"), network, SETS, TrainerTest::accuracy, List.of(), out).train(true);
            assertEquals(Files.readAllBytes(out.resolve("last.pth")), last);
        }
    }

    @Test
    public void howOftenIsSavedMayChangeOnTheWay() {
        try (SmallNetwork network = new SmallNetwork(1)) {
            train(out, network, recipe("stages.0.steps=2"));
            TrainerConfiguration other =
                    recipe("stages.0.steps=2", "checkpoints.keep=5", "checkpoints.everySteps=7", "loader.workers=2");
            new Trainer(other, network, SETS, TrainerTest::accuracy, List.of(), out).train(true);
        }
    }

    @Test
    public void otherFramesAreRefused() {
        try (SmallNetwork network = new SmallNetwork(1)) {
            train(out, network, recipe("stages.0.steps=2"));
            Map<String, TrainingSet> grown =
                    Map.of("real", new Squares(7, "real", true), "pseudo", new Squares(10, "pseudo", false));
            Trainer other =
                    new Trainer(recipe("stages.0.steps=2"), network, grown, TrainerTest::accuracy, List.of(), out);
            ConfigurationException e = expectThrows(ConfigurationException.class, () -> other.train(true));
            assertTrue(
                    e.getMessage().contains("is of a run on {pseudo=10, real=6} frames, found {pseudo=10, real=7}"),
                    e.getMessage());
        }
    }

    /** Frames as they were, with labels from elsewhere. */
    private static Map<String, TrainingSet> labelled(String policy) {
        Squares pseudo = new Squares(10, "pseudo", false);
        TrainingSet filtered = new TrainingSet() {
            @Override
            public int size() {
                return pseudo.size();
            }

            @Override
            public TrainingFrame get(int index) {
                return pseudo.get(index);
            }

            @Override
            public SortedMap<String, String> origin() {
                return new TreeMap<>(Map.of("policy", policy, "store", "ab12"));
            }
        };
        return Map.of("real", SETS.get("real"), "pseudo", filtered);
    }

    @Test
    public void otherLabelsAreRefusedByName() throws IOException {
        TrainerConfiguration recipe = recipe("stages.0.steps=2");
        try (SmallNetwork network = new SmallNetwork(1)) {
            new Trainer(recipe, network, labelled("threshold 0.5"), TrainerTest::accuracy, List.of(), out).train(false);
            new Trainer(recipe, network, labelled("threshold 0.5"), TrainerTest::accuracy, List.of(), out).train(true);
            Trainer other =
                    new Trainer(recipe, network, labelled("threshold 0.6"), TrainerTest::accuracy, List.of(), out);
            ConfigurationException e = expectThrows(ConfigurationException.class, () -> other.train(true));
            assertTrue(
                    e.getMessage()
                            .contains("is of a run on other labels: sources.pseudo.policy was threshold 0.5, found"
                                    + " threshold 0.6; resume with the same"),
                    e.getMessage());
            assertFalse(e.getMessage().contains("store"), e.getMessage());
        }
    }

    /** A checkpoint of before labels were looked at has no word of them. */
    @Test
    public void aCheckpointThatSaysNothingOfItsLabelsIsTakenUp() throws IOException {
        TrainerConfiguration recipe = recipe("stages.0.steps=2");
        try (SmallNetwork network = new SmallNetwork(1)) {
            new Trainer(recipe, network, labelled("threshold 0.5"), TrainerTest::accuracy, List.of(), out).train(false);
            ObjectMapper json = new ObjectMapper();
            try (Stream<Path> all = Files.walk(out.resolve("checkpoints"))) {
                for (Path file : all.filter(p -> p.endsWith("checkpoint.json")).toList()) {
                    ObjectNode description = (ObjectNode) json.readTree(file.toFile());
                    ((ObjectNode) description.get("run")).remove("labels");
                    Files.writeString(file, description.toString());
                }
            }
            new Trainer(recipe, network, labelled("threshold 0.6"), TrainerTest::accuracy, List.of(), out).train(true);
        }
    }
}
