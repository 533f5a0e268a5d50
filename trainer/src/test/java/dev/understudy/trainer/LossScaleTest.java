package dev.understudy.trainer;

import static dev.understudy.trainer.TrainerTest.SETS;
import static dev.understudy.trainer.TrainerTest.assertSame;
import static dev.understudy.trainer.TrainerTest.recipe;
import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.frame.Task;
import dev.understudy.files.Scratch;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.TrainerTest.Crash;
import dev.understudy.trainer.loss.JointLoss.NonFiniteLossException;
import dev.understudy.trainer.progress.TrainingListener;
import dev.understudy.trainer.progress.TrainingListener.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Training in float16, whose loss is scaled: by networks that calculate in float32, so that what the scale does is seen
 * to the bit.
 */
public class LossScaleTest {
    private static final String FLOAT16 = "precision=float16";
    private static final String SHORT = "stages.0.steps=12";
    /** So low that the first scale and some that follow are too high. */
    private static final double LOW = 2;

    private Path out;

    @BeforeMethod
    public void makeFolder() throws IOException {
        out = Scratch.folder("loss-scale-test");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        Scratch.delete(out);
    }

    private static List<Score> scores(Network network) {
        return List.of(new Score(Task.SEGMENTATION, "accuracy", 0, true), new Score(Task.DEPTH, "rmse", 1, false));
    }

    private Trainer trainer(Network network, Path folder, List<TrainingListener> listeners, String... overrides) {
        return new Trainer(recipe(overrides), network, SETS, LossScaleTest::scores, listeners, folder);
    }

    private Checkpoint trained(String folder, double highest, String... overrides) {
        try (Network network = new NarrowNetwork(1, highest)) {
            trainer(network, out.resolve(folder), List.of(), overrides).train(false);
            return network.snapshot();
        }
    }

    @DataProvider
    public static Object[][] clips() {
        return new Object[][] {{"optimiser.clipNorm="}, {"optimiser.clipNorm=0.05"}};
    }

    @Test(dataProvider = "clips")
    public void whereNothingLeavesTheRangeItChangesNoBit(String clip) {
        Checkpoint scaled = trained("scaled", Double.MAX_VALUE, FLOAT16, SHORT, clip);
        assertSame(scaled, trained("plain", Double.MAX_VALUE, "precision=float32", SHORT, clip));
    }

    @Test
    public void stepsBeyondTheRangeAreNotTakenAndLaterOnesAre() {
        Checkpoint scaled = trained("scaled", LOW, FLOAT16, SHORT);
        Checkpoint plain = trained("plain", Double.MAX_VALUE, SHORT);
        Checkpoint untrained = new SmallNetwork(1).snapshot();
        scaled.tensors().forEach((name, tensor) -> {
            float value = tensor.toFloats()[0];
            assertTrue(Float.isFinite(value), name);
            assertTrue(value != untrained.tensors().get(name).toFloats()[0], name + " moved");
            assertTrue(value != plain.tensors().get(name).toFloats()[0], name + " moved as without a scale");
        });
    }

    /** Where it is resumed, steps were left out and the scale is not the first. */
    @Test
    public void aResumedRunEndsWithTheSameBits() throws IOException {
        String[] how = {FLOAT16, "checkpoints.everySteps=2", "optimiser.rule={adamw: {}}", "optimiser.decoderRate=0.01"
        };
        Checkpoint straight = trained("straight", LOW, how);
        Path folder = out.resolve("interrupted");
        for (long crash : new long[] {5, 15, 29}) {
            try (Network network = new NarrowNetwork(1, LOW)) {
                Trainer trainer = trainer(network, folder, List.of(new Crash(crash)), how);
                expectThrows(IllegalStateException.class, () -> trainer.train(crash > 5));
            }
        }
        try (Network network = new NarrowNetwork(7, LOW)) {
            trainer(network, folder, List.of(), how).train(true);
            assertSame(network.snapshot(), straight);
        }
        assertEquals(
                Files.readAllBytes(folder.resolve("last.pth")),
                Files.readAllBytes(out.resolve("straight").resolve("last.pth")));
    }

    @Test
    public void gradientsThatNoScaleBringsIntoTheRangeEndTheRun() {
        NonFiniteLossException e =
                expectThrows(NonFiniteLossException.class, () -> trained("never", 0, FLOAT16, "stages.0.steps=40"));
        assertTrue(e.getMessage().startsWith("the gradients of step 17 are not finite in float16"), e.getMessage());
        assertEquals(e.frames().size(), 4);
    }
}
