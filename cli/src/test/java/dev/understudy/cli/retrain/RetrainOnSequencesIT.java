package dev.understudy.cli.retrain;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import java.nio.file.Files;
import org.testng.annotations.Test;

/** A gate that requires a student to stay steady along a sequence. */
public class RetrainOnSequencesIT {
    private static final String[] STEADY = {
        "--set",
        "sets.test.sequences=true",
        "--set",
        "gate.required=[{set: test, metric: rmse}, {set: test, metric: tae, minimumGain: -1000},"
                + " {set: test, metric: label-flicker, minimumGain: -1}]"
    };

    private static String[] with(String... more) {
        String[] all = java.util.Arrays.copyOf(STEADY, STEADY.length + more.length);
        System.arraycopy(more, 0, all, STEADY.length, more.length);
        return all;
    }

    @Test
    public void theGateMeasuresAndRequiresSteadiness() throws Exception {
        try (SmallWorld world = SmallWorld.create(64, 48)) {
            world.arrive(8);
            CommandLineRun first = world.retrain(with(SmallWorld.LEARNING_NEXT_TO_NOTHING));
            assertEquals(first.exitCode(), 0, first.err());
            assertTrue(first.out().startsWith("promoted: v0001 is champion"), first.out());
            world.arrive(11);
            CommandLineRun second = world.retrain(with("--set", "student.trainer.stages.0.steps=16"));
            assertEquals(second.exitCode(), 0, second.err());
            String watched = Files.readString(world.resolve("retrain.prom"));
            for (String metric : new String[] {"label-flicker", "tae"}) {
                assertTrue(
                        watched.contains(
                                "understudy_score{metric=\"" + metric + "\",model=\"challenger\",set=\"test\"}"),
                        watched);
            }
            String page =
                    Files.readString(world.book().folder(world.latest().id()).resolve("report.html"));
            assertTrue(page.contains("tae") && page.contains("label-flicker"), "the page tells what was required");
        }
    }
}
