package dev.understudy.cli.retrain;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.dataset.frame.Task;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.store.LabelStore;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.testng.annotations.Test;

/** The champion labels for its successor once its labels are measured to be better, and not before. */
public class SelfTrainingIT {
    private static final String[] RULE = {
        "--set", "selfTraining={role: replace, heldOut: {manifest: '%s', split: test}}", "--set", "label.policy=none"
    };

    @Test
    public void onlyABetterStudentReplacesOrJoinsTheExpert() throws Exception {
        try (SmallWorld world = SmallWorld.create(64, 48)) {
            world.arrive(4);
            assertEquals(outputs(world, retrain(world)).get("reason"), "no champion yet");

            world.arrive(6);
            Map<String, String> trained = outputs(world, retrain(world));
            assertEquals(trained.get("labellers"), "expert", "the expert that has learnt is better: " + trained);
            String store = labels(world).outputs().get("store");

            Path random = world.resolve("random.pth");
            Students.write(random, 40, 5, Task.SEGMENTATION);
            String[] guessing = {"--set", "label.expert.checkpoint=" + random};
            world.arrive(8);
            Map<String, String> replaced = outputs(world, retrain(world, guessing));
            assertEquals(replaced.get("labellers"), "student", "an expert that guesses is worse: " + replaced);
            assertNotEquals(labels(world).outputs().get("store"), store);
            assertEquals(labelled(labels(world).outputs().get("store")), 8, "the student labels all frames");

            world.arrive(10);
            Map<String, String> joined =
                    outputs(world, retrain(world, guessing[0], guessing[1], "--set", "selfTraining.role=join"));
            assertEquals(joined.get("labellers"), "both", joined.toString());
            assertEquals(labelled(labels(world).outputs().get("other-store")), 10);
            double kept = world.latest()
                    .step("filter")
                    .orElseThrow()
                    .measures()
                    .get(0)
                    .value();
            assertTrue(kept < 0.5, "a guess and a student agree on few pixels: " + kept);
        }
    }

    private static CommandLineRun retrain(SmallWorld world, String... options) {
        String[] all = new String[RULE.length + options.length];
        all[0] = RULE[0];
        all[1] = String.format(Locale.ROOT, RULE[1], world.resolve("real/manifest.jsonl"));
        all[2] = RULE[2];
        all[3] = RULE[3];
        System.arraycopy(options, 0, all, RULE.length, options.length);
        return world.retrain(all);
    }

    private static Map<String, String> outputs(SmallWorld world, CommandLineRun run) throws Exception {
        assertEquals(run.exitCode(), 0, run.err());
        return world.latest().step("labellers").orElseThrow().outputs();
    }

    private static CycleRecord.Step labels(SmallWorld world) throws Exception {
        return world.latest().step("label").orElseThrow();
    }

    private static int labelled(String store) {
        try (LabelStore labels = LabelStore.open(Path.of(store))) {
            return labels.ids().size();
        }
    }
}
