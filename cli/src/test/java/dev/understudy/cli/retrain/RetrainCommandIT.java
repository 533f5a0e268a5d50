package dev.understudy.cli.retrain;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.registry.ModelVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * A registry's life over real cycles: real Spark, a real expert, real training. Each test goes on where the one before
 * it ended, since a champion has to come from somewhere.
 *
 * <p>The first champion has learnt next to nothing, and errs by 2.6 m. One that has learnt errs by 0.6 m, give or take
 * 0.1 from one kind of processor to another; one that learnt at a wild rate sees all walls at one end of the range, at
 * 0 m or at 10.
 */
public class RetrainCommandIT {
    private static final String[] LONGER = {"--set", "student.trainer.stages.0.steps=16"};

    private SmallWorld world;
    private CommandLineRun worse;

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

    @Test
    public void theFirstCycleMakesAChampionAndSaysHow() throws Exception {
        world.arrive(8);
        CommandLineRun run = world.retrain(SmallWorld.LEARNING_NEXT_TO_NOTHING);
        assertEquals(run.exitCode(), 0, run.err());
        assertTrue(run.out().startsWith("promoted: v0001 is champion"), run.out());
        CycleRecord record = world.latest();
        assertEquals(
                record.steps().stream().map(CycleRecord.Step::name).toList(),
                List.of(
                        "intake",
                        "labellers",
                        "label",
                        "watch",
                        "calibrate",
                        "filter",
                        "train",
                        "measure-champion",
                        "measure-challenger",
                        "judge"));
        ModelVersion champion = world.registry().champion().orElseThrow();
        assertEquals(champion.evaluations().get(0).frames(), 16);
        assertTrue(champion.latencyMillis() > 0);
        String page = Files.readString(world.book().folder(record.id()).resolve("report.html"));
        for (String part : List.of("v0001 against nobody", "What was kept", "wall", "frames/index.html")) {
            assertTrue(page.contains(part), part);
        }
        String watched = Files.readString(world.resolve("retrain.prom"));
        assertTrue(watched.contains("understudy_cycle_outcome{outcome=\"promoted\"} 1.0"), watched);
        assertTrue(watched.contains("understudy_frames_new 8.0"), watched);
        assertTrue(watched.contains("understudy_score{metric=\"rmse\",model=\"challenger\",set=\"test\"}"), watched);
    }

    @Test(dependsOnMethods = "theFirstCycleMakesAChampionAndSaysHow")
    public void nothingNewReachesNoExpertAndNoTraining() throws Exception {
        CommandLineRun run = world.retrain("--json");
        assertEquals(run.exitCode(), 0, run.err());
        assertTrue(run.out().contains("\"outcome\" : \"nothing-new\""), run.out());
        assertEquals(world.latest().steps().size(), 1);
        assertEquals(world.registry().versions().size(), 1);
    }

    @Test(dependsOnMethods = "nothingNewReachesNoExpertAndNoTraining")
    public void aBetterChallengerIsPromotedFromTheChampionsWeights() throws Exception {
        world.arrive(11);
        CommandLineRun run = world.retrain(LONGER);
        assertEquals(run.exitCode(), 0, run.err());
        assertEquals(world.latest().outcome(), Outcome.PROMOTED, run.out());
        assertEquals(world.registry().aliases().champion(), "v0002");
        assertEquals(world.registry().version("v0002").parent(), "v0001");
    }

    @Test(dependsOnMethods = "aBetterChallengerIsPromotedFromTheChampionsWeights")
    public void aWorseChallengerIsRegisteredAndNotPromoted() throws Exception {
        world.arrive(12);
        CommandLineRun run = world.retrain(
                "--set",
                "student.trainer.optimiser.decoderRate=0.3",
                "--set",
                "student.trainer.optimiser.clipNorm=",
                "--set",
                "gate.challengersPerSet=2");
        assertEquals(run.exitCode(), 0, run.err());
        assertEquals(world.latest().outcome(), Outcome.NOT_PROMOTED, run.out());
        worse = run;
        assertTrue(run.out().contains("test rmse") && run.out().contains("expected a gain"), run.out());
        assertEquals(world.registry().aliases().champion(), "v0002");
        assertEquals(world.registry().aliases().challenger(), "v0003");
        assertEquals(world.registry().version("v0003").parent(), "v0002");
        String page = Files.readString(world.book().folder(world.latest().id()).resolve("report.html"));
        assertTrue(page.contains("what got worse first"), "the page leads to what got worse");
        String frames =
                Files.readString(world.book().folder(world.latest().id()).resolve("frames/index.html"));
        assertTrue(frames.contains("<figcaption>champion") && frames.contains("<figcaption>challenger"), frames);
    }

    /** It was the third that these frames judged. */
    @Test(dependsOnMethods = "aWorseChallengerIsRegisteredAndNotPromoted")
    public void aSetThatIsUsedUpIsToldOnTheConsoleAndOnThePage() throws Exception {
        String told = "set test has judged 3 challengers, more than the 2 of gate.challengersPerSet";
        assertTrue(worse.err().contains("warning: " + told), worse.err());
        String id = world.book().latest().orElseThrow().id();
        String page = Files.readString(world.book().folder(id).resolve("report.html"));
        assertTrue(page.contains("<strong>Warning:</strong> " + told), "the page tells it too");
    }

    @Test(dependsOnMethods = "aSetThatIsUsedUpIsToldOnTheConsoleAndOnThePage")
    public void aTrainingThatDivergesEndsItsCycleAndIsNotTriedAgain() throws Exception {
        world.arrive(13);
        String[] wild = {"--set", "student.trainer.optimiser.decoderRate=1e30"};
        CommandLineRun run = world.retrain(wild);
        assertEquals(run.exitCode(), 0, run.err());
        assertTrue(run.out().startsWith("not-promoted: training diverged: the loss is not finite"), run.out());
        assertEquals(world.registry().versions().size(), 3);
        CommandLineRun again = world.retrain(wild);
        assertTrue(again.out().startsWith("not-promoted: training diverged"), again.out());
        assertEquals(world.latest().step("train").orElseThrow().state(), CycleRecord.State.SKIPPED);
    }

    @Test(dependsOnMethods = "aTrainingThatDivergesEndsItsCycleAndIsNotTriedAgain")
    public void afterARollbackTheNextChallengerStartsFromTheChampionThatWasBroughtBack() throws Exception {
        rollBack();
        assertEquals(world.registry().aliases().champion(), "v0001");
        assertEquals(world.registry().verify(), List.of());
        CommandLineRun run = world.retrain(LONGER);
        assertEquals(run.exitCode(), 0, run.err());
        assertEquals(world.latest().outcome(), Outcome.PROMOTED, run.out());
        assertEquals(world.registry().aliases().champion(), "v0004");
        assertEquals(world.registry().version("v0004").parent(), "v0001");
        assertEquals(world.latest().step("label").orElseThrow().state(), CycleRecord.State.SKIPPED);
        rollBack();
        assertEquals(world.registry().aliases().champion(), "v0001");
    }

    private void rollBack() {
        CommandLineRun.done(
                "registry", "rollback", "--registry", world.resolve("state/registry"), "--reason", "a test");
    }

    @Test(dependsOnMethods = "afterARollbackTheNextChallengerStartsFromTheChampionThatWasBroughtBack")
    public void aBrokenCameraStopsTheCycleBeforeItLearns() throws Exception {
        List<FrameRecord> shown = new ArrayList<>(world.robot().subList(0, 13));
        List<FrameRecord> broken = world.robot().subList(13, 15);
        for (FrameRecord frame : broken) {
            DepthMap dark = new DepthMap(64, 48, new float[64 * 48]);
            DepthFiles.write(world.resolve("robot").resolve(frame.depth()), dark, frame.depthScale());
        }
        shown.addAll(broken);
        world.show(shown);
        CommandLineRun run = world.retrain();
        assertEquals(run.exitCode(), 3, run.err());
        assertTrue(run.out().startsWith("stopped: the new frames are unlike those learnt from: depth: PSI"), run.out());
        assertFalse(world.latest().step("train").isPresent());

        world.show(world.robot().subList(0, 13));
        CommandLineRun without = world.retrain();
        assertTrue(without.out().startsWith("nothing-new"), "taken out of the source: " + without.out());
    }

    @Test(dependsOnMethods = "aBrokenCameraStopsTheCycleBeforeItLearns")
    public void framesThatCannotBeReadStopTheCycleWithTheirOwnExitCode() throws Exception {
        List<FrameRecord> shown = new ArrayList<>(world.robot().subList(0, 13));
        FrameRecord torn = world.robot().get(15);
        byte[] whole = Files.readAllBytes(world.resolve("robot").resolve(torn.rgb()));
        Files.write(world.resolve("robot").resolve(torn.rgb()), Arrays.copyOf(whole, whole.length / 2));
        shown.add(torn);
        world.show(shown);
        CommandLineRun run = world.retrain();
        assertEquals(run.exitCode(), 4, run.err());
        assertTrue(run.out().contains("1 of 1 new frames are in quarantine"), run.out());
    }

    @Test(dependsOnMethods = "framesThatCannotBeReadStopTheCycleWithTheirOwnExitCode")
    public void aChangedEvaluationSetPromotesNobodyUntilItIsAccepted() throws Exception {
        Path manifest = world.resolve("real/manifest.jsonl");
        List<String> lines = Files.readAllLines(manifest);
        Files.write(manifest, lines.subList(0, lines.size() - 1));
        world.show(world.robot().subList(0, 13));
        CommandLineRun run = world.retrain("--anyway", LONGER[0], LONGER[1]);
        assertEquals(world.latest().outcome(), Outcome.NOT_PROMOTED, run.out());
        assertTrue(run.out().contains("the evaluation set has changed"), run.out());
        String challenger = world.registry().aliases().challenger();
        CommandLineRun accepted = world.retrain("--anyway", "--accept-changed-sets", LONGER[0], LONGER[1]);
        assertEquals(world.latest().outcome(), Outcome.PROMOTED, accepted.out());
        assertNotEquals(world.registry().aliases().champion(), challenger);
        assertEquals(world.latest().step("train").orElseThrow().state(), CycleRecord.State.SKIPPED);
    }

    @Test(dependsOnMethods = "aChangedEvaluationSetPromotesNobodyUntilItIsAccepted")
    public void aPictureLargerThanTheRecipeAllowsIsTriedAgainWhenItAllowsMore() throws Exception {
        List<FrameRecord> shown = new ArrayList<>(world.robot().subList(0, 13));
        shown.add(world.robot().get(17));
        world.show(shown);
        CommandLineRun run = world.retrain("--set", "label.maxPixels=3071");
        assertEquals(run.exitCode(), 4, run.err());
        assertTrue(run.out().contains("1 of 1 new frames are in quarantine"), run.out());
        CommandLineRun raised = world.retrain("--set", "label.maxPixels=3072");
        assertEquals(raised.exitCode(), 0, raised.out() + raised.err());
        assertTrue(world.latest().step("train").isPresent(), "the frame has labels: " + raised.out());
    }
}
