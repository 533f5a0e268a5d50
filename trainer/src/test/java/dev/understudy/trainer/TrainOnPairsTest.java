package dev.understudy.trainer;

import static dev.understudy.trainer.TrainerTest.mean;
import static dev.understudy.trainer.TrainerTest.recipe;
import static dev.understudy.trainer.TrainerTest.with;
import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.files.Scratch;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.trainer.TrainerTest.Crash;
import dev.understudy.trainer.data.AugmentationConfiguration;
import dev.understudy.trainer.data.BatchLoader;
import dev.understudy.trainer.data.BatchLoader.LoaderConfiguration;
import dev.understudy.trainer.data.BatchLoader.TrainingSource;
import dev.understudy.trainer.data.CropSize;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;
import dev.understudy.trainer.loss.JointLoss;
import dev.understudy.trainer.progress.MetricsFile;
import dev.understudy.trainer.progress.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Training on frames and their partners, with losses on what is said of both. */
public class TrainOnPairsTest {
    private Path out;

    @BeforeMethod
    public void makeFolder() throws IOException {
        out = Scratch.folder("pairs-test");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        Scratch.delete(out);
    }

    private static final Map<String, TrainingSet> WALKS =
            Map.of("real", new Walk(8, 40, 32), "pseudo", new Walk(5, 40, 32));

    private byte[] trainOnWalks(String folder, Map<String, TrainingSet> sets, String... overrides) throws IOException {
        Path own = out.resolve(folder);
        try (SmallNetwork network = new SmallNetwork(1)) {
            List<TrainingListener> listeners = List.of(new MetricsFile(own.resolve("metrics.jsonl")));
            new Trainer(recipe(overrides), network, sets, TrainerTest::accuracy, listeners, own).train(false);
        }
        return Files.readAllBytes(own.resolve("last.pth"));
    }

    @Test
    public void withoutLossesOnPairsPartnersChangeNothing() throws IOException {
        Map<String, TrainingSet> alone = new TreeMap<>();
        WALKS.forEach((name, walk) -> alone.put(name, new TrainingSet() {
            @Override
            public int size() {
                return walk.size();
            }

            @Override
            public TrainingFrame get(int index) {
                return walk.get(index).withView(null);
            }
        }));
        byte[] expected = trainOnWalks("alone", alone, "stages.0.steps=3", "stages.1.epochs=1");
        assertEquals(trainOnWalks("off", WALKS, "stages.0.steps=3", "stages.1.epochs=1"), expected);
        assertFalse(Arrays.equals(
                trainOnWalks("on", WALKS, "stages.0.steps=3", "stages.1.epochs=1", "loss.temporal.agreement=1"),
                expected));
    }

    @Test
    public void lossesOnPairsAreNamedAndGoDown() throws IOException {
        String[] temporal = {"loss.temporal.agreement=3", "loss.temporal.tgm=3"};
        trainOnWalks("on", WALKS, temporal);
        List<Double> agreement = new ArrayList<>();
        List<Double> tgm = new ArrayList<>();
        for (String line : Files.readAllLines(out.resolve("on").resolve("metrics.jsonl"))) {
            JsonNode step = new ObjectMapper().readTree(line);
            if (step.has("agreement")) {
                agreement.add(step.get("agreement").asDouble());
                tgm.add(step.get("tgm").asDouble());
                double sum = 0;
                for (String task : List.of("segmentation", "depth")) {
                    sum += step.get(task).asDouble() / 2;
                }
                sum += 3.0
                        / 2
                        * (step.get("agreement").asDouble() + step.get("tgm").asDouble());
                assertEquals(step.get("loss").asDouble(), sum, 1e-6);
            }
        }
        assertTrue(agreement.size() > 20, "steps with pairs: " + agreement.size());
        assertTrue(agreement.stream().allMatch(value -> value >= 0 && value <= 2), agreement.toString());
        int half = tgm.size() / 2;
        assertTrue(mean(tgm.subList(half, tgm.size())) < mean(tgm.subList(0, half)), tgm.toString());
    }

    /** Over three seeds together, on views that are not trained on, and by far: no processor's rounding moves that. */
    @Test
    public void whoLearnsByPairsSaysDepthThatChangesAsMeasuredDepthDoes() {
        double without = 0;
        double with = 0;
        for (int seed = 1; seed <= 3; seed++) {
            without += unsteadiness(seed, "seed=" + seed);
            with += unsteadiness(seed, "seed=" + seed, "loss.temporal.agreement=20", "loss.temporal.tgm=20");
        }
        assertTrue(with < 0.8 * without, "tgm: " + with + ", without " + without);
    }

    /** Temporal gradient matching along a path that is not trained on, metres. */
    private double unsteadiness(int seed, String... overrides) {
        TrainerConfiguration recipe = recipe(overrides);
        Path own = out.resolve("steady" + String.join("-", overrides).hashCode());
        JointLoss loss = recipe("loss.temporal.agreement=1", "loss.temporal.tgm=1")
                .loss()
                .of(List.of(Task.SEGMENTATION, Task.DEPTH), 1);
        try (SmallNetwork network = new SmallNetwork(seed);
                NDManager manager = NativeEngine.newManager(Device.cpu());
                BatchLoader others = new BatchLoader(
                        List.of(new TrainingSource("others", new Walk(30, 40, 32), 1, ClassSlice.all(3))),
                        20,
                        new CropSize(40, 32),
                        AugmentationConfiguration.NONE,
                        new LoaderConfiguration(1, 1, 0, 0),
                        9)) {
            new Trainer(recipe, network, WALKS, TrainerTest::accuracy, List.of(), own).train(false);
            return new TrainingStep(network, loss, manager)
                    .learn(others.next(), 1)
                    .pairs()
                    .get("tgm");
        }
    }

    @Test
    public void aResumedRunOnPairsEndsWithTheSameBits() throws IOException {
        String[] recipe = {
            "stages.0.steps=6", "stages.1.epochs=1", "loss.temporal.agreement=1", "checkpoints.everySteps=2"
        };
        byte[] expected = trainOnWalks("straight", WALKS, recipe);
        Path own = out.resolve("killed");
        try (SmallNetwork network = new SmallNetwork(1)) {
            Trainer killed =
                    new Trainer(recipe(recipe), network, WALKS, TrainerTest::accuracy, List.of(new Crash(5)), own);
            expectThrows(IllegalStateException.class, () -> killed.train(false));
        }
        try (SmallNetwork network = new SmallNetwork(9)) {
            new Trainer(recipe(recipe), network, WALKS, TrainerTest::accuracy, List.of(), own).train(true);
        }
        assertEquals(Files.readAllBytes(own.resolve("last.pth")), expected);
    }

    @Test
    public void aPassThatWouldPartPairsIsRefused() {
        ConfigurationException e = expectThrows(
                ConfigurationException.class, () -> recipe("stages.0.batch=6", "loss.temporal.agreement=1"));
        assertTrue(e.getMessage().contains("stages.0.batch"), e.getMessage());
        assertTrue(e.getMessage().contains("even number of frames"), e.getMessage());
        recipe("stages.0.batch=6");
    }
}
