package dev.understudy.cli.retrain;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.dataset.frame.Task;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A promise of labels' quality is made anew in each cycle, of that cycle's labeller, or nothing is learnt. */
public class PromiseRetrainIT {
    private static final String STATED = "at most 90.0 % of the kept labels are wrong, with 60 % confidence";

    private SmallWorld world;

    @BeforeClass
    public void begin() throws Exception {
        world = SmallWorld.create(64, 48);
    }

    @AfterClass(alwaysRun = true)
    public void end() throws Exception {
        if (world != null) {
            world.close();
        }
    }

    private CommandLineRun retrain(String of, String... options) {
        Path examples = world.resolve("real/manifest.jsonl");
        List<String> all = new ArrayList<>(List.of(
                "--set",
                String.format(
                        Locale.ROOT,
                        "label.policy={promise: {wrong: 90%%, confidence: 60%%, examples: '%s', split: train, of: %s}}",
                        examples,
                        of),
                "--set",
                String.format(
                        Locale.ROOT, "label.calibration={manifest: '%s', split: train, method: learned}", examples)));
        all.addAll(List.of(SmallWorld.LEARNING_NEXT_TO_NOTHING));
        all.addAll(List.of(options));
        return world.retrain(all.toArray(String[]::new));
    }

    private CycleRecord.Step step(String name) throws Exception {
        return world.latest().step(name).orElseThrow();
    }

    @Test
    public void aCycleLearnsFromWhatItsPromiseKeeps() throws Exception {
        world.arrive(8);
        CommandLineRun run = retrain("{reliability: {least: 0}}", "--set", "drift.voidsPromise=stop");
        assertEquals(run.exitCode(), 0, run.out() + run.err());
        assertEquals(world.latest().outcome(), Outcome.PROMOTED, run.out());
        assertTrue(step("promise").outputs().get("reason").contains(STATED), "found " + step("promise"));
        double least = step("promise").measures().stream()
                .filter(measure -> measure.name().equals("promise_least"))
                .findFirst()
                .orElseThrow()
                .value();
        assertTrue(least >= 0 && least < 1, "found " + least);
        for (String later : List.of("filter", "train")) {
            String policy = step(later).inputs().get("policy");
            assertTrue(policy.contains("least: " + least), later + " read " + policy);
        }
    }

    /** These rooms differ from the examples by more than what warns, as eight differ from twelve others. */
    @Test(dependsOnMethods = "aCycleLearnsFromWhatItsPromiseKeeps")
    public void driftVoidsIt() throws Exception {
        world.arrive(11);
        CommandLineRun run = retrain("none");
        assertEquals(run.exitCode(), 3, run.out() + run.err());
        assertEquals(world.latest().outcome(), Outcome.STOPPED);
        assertTrue(run.out().contains("the promise is void: the new frames are unlike its examples"), run.out());
        assertFalse(world.latest().step("train").isPresent(), "nothing is learnt from labels without a promise");
    }

    @Test(dependsOnMethods = "driftVoidsIt")
    public void itIsOfTheExpertWhoLabelsNowAndRefusedIfThatOneGuesses() throws Exception {
        Path random = world.resolve("random.pth");
        Students.write(random, 40, 5, Task.SEGMENTATION);
        world.arrive(12);
        CommandLineRun run = retrain(
                "none",
                "--set",
                "drift={confidence: {stop: 100}, classes: {stop: 100}, depth: {stop: 5}, voidsPromise: stop}",
                "--set",
                "label.expert.checkpoint=" + random);
        assertEquals(run.exitCode(), 3, run.out() + run.err());
        assertEquals(world.latest().outcome(), Outcome.STOPPED);
        assertTrue(run.out().contains("cannot be promised from the 6 scenes"), run.out() + run.err());
        assertFalse(world.latest().step("train").isPresent(), "nothing is learnt from labels without a promise");
    }
}
