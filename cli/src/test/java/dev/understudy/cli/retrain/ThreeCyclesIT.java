package dev.understudy.cli.retrain;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.evaluation.DepthMetrics;
import dev.understudy.evaluation.PairedBootstrap;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.gate.Gain;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.store.LabelStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

/**
 * Three cycles in a row. What is held here is that each goes on from the one before: its weights, its frames, its
 * labels. The first learns next to nothing, the second for one step, the third for two dozen, and so they err by about
 * 2.6, 1.5 and 0.6 m: steps that no rounding can undo. That the third beats the first beyond noise says that training
 * goes on from the champion, and nothing of what the labels are worth. That takes minutes: see {@code
 * conf/rooms-retrain.yaml}.
 */
public class ThreeCyclesIT {
    private static final int[] STEPS = {1, 1, 24};

    @Test
    public void theThirdStudentStandsOnTheFirstAndTheSecond() throws Exception {
        try (SmallWorld world = SmallWorld.create(64, 48)) {
            for (int cycle = 1; cycle <= 3; cycle++) {
                world.arrive(8 * cycle);
                List<String> options =
                        new ArrayList<>(List.of("--set", "student.trainer.stages.0.steps=" + STEPS[cycle - 1]));
                if (cycle == 1) {
                    options.addAll(List.of(SmallWorld.LEARNING_NEXT_TO_NOTHING));
                }
                CommandLineRun run = world.retrain(options.toArray(String[]::new));
                assertEquals(run.exitCode(), 0, run.err());
                assertEquals(world.latest().outcome(), Outcome.PROMOTED, run.out());
                try (LabelStore store = LabelStore.open(Path.of(
                        world.latest().step("label").orElseThrow().outputs().get("store")))) {
                    assertEquals(store.ids().size(), 8 * cycle, "one store, extended");
                }
            }
            Registry registry = world.registry();
            assertEquals(registry.version("v0002").parent(), "v0001");
            assertEquals(registry.version("v0003").parent(), "v0002");
            Gain depth = Gain.between(
                            MeasuredModel.FORMAT.read(registry.file("v0001", MeasuredModel.FILE)),
                            MeasuredModel.FORMAT.read(registry.file("v0003", MeasuredModel.FILE)),
                            PairedBootstrap.DEFAULT)
                    .stream()
                    .filter(gain -> gain.metric() == DepthMetrics.RMSE)
                    .findFirst()
                    .orElseThrow();
            assertTrue(depth.interval().low() > 0, depth.toString());
            CommandLineRun compared =
                    CommandLineRun.of("registry", "compare", "v0001", "v0003", "--registry", registry.folder());
            assertTrue(compared.out().contains("gain of v0003, positive = better"), compared.out());
        }
    }
}
