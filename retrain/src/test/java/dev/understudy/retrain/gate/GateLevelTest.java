package dev.understudy.retrain.gate;

import static org.testng.Assert.assertTrue;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.evaluation.FrameSums;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.testng.Reporter;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Cycles in which the challenger is no better, by simulation: two models of the same worth, each better at some scenes
 * and worse at others by luck, on 300 frames. As many are promoted as the configuration asks for, and no more.
 */
public class GateLevelTest {
    private static final int CYCLES = 400;
    private static final int FRAMES = 300;
    private static final double LEVEL = 0.025;
    /**
     * Three standard deviations of a binomial: one run in a thousand would fail for no reason, and the seed is fixed.
     */
    private static final double SLACK = 3 * Math.sqrt(LEVEL * (1 - LEVEL) / CYCLES);

    private static final GateConfiguration GATE =
            ConfigurationLoader.parse("gate.yaml", """
            required: [{set: rooms, metric: miou}]
            classes: {toleratedLoss: 1}
            bootstrap: {resamples: 400, confidence: 0.95}
            """, GateConfiguration.class, List.of());

    @DataProvider
    public Object[][] recordings() {
        return new Object[][] {{1}, {10}, {30}};
    }

    @Test(dataProvider = "recordings")
    public void modelsThatAreNoBetterArePromotedAtMostAtTheLevelAskedFor(int framesOfAScene) {
        double promoted = promoted(framesOfAScene, true);
        Reporter.log(framesOfAScene + " frames a scene: " + promoted, true);
        assertTrue(
                promoted <= LEVEL + SLACK,
                framesOfAScene + " frames a scene: " + promoted + " of the cycles promoted, expected at most " + LEVEL
                        + " with a slack of " + SLACK);
    }

    /** What this test would say of a gate that draws frames: that it cannot be had by luck. */
    @Test
    public void framesTakenAsIndependentBreakThePromise() {
        for (int framesOfAScene : new int[] {10, 30}) {
            double promoted = promoted(framesOfAScene, false);
            Reporter.log(framesOfAScene + " frames a scene, drawn by frame: " + promoted, true);
            assertTrue(promoted > 5 * LEVEL, framesOfAScene + " frames a scene, drawn by frame: " + promoted);
        }
    }

    /** Otherwise a gate that promotes nobody would do. */
    @Test
    public void aModelThatIsBetterInEveryKindOfRoomIsPromoted() {
        int promoted = 0;
        for (int cycle = 0; cycle < 40; cycle++) {
            SplittableRandom random = new SplittableRandom(1000 + cycle);
            MeasuredModel champion = model("v1", random.split(), 10, true, 0);
            MeasuredModel challenger = model("v2", random.split(), 10, true, 0.06);
            promoted += new Gate(GATE).judge(champion, challenger).promoted() ? 1 : 0;
        }
        assertTrue(promoted >= 36, promoted + " of 40");
    }

    private static double promoted(int framesOfAScene, boolean scenesKnown) {
        Gate gate = new Gate(GATE);
        int promoted = 0;
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            SplittableRandom random = new SplittableRandom(cycle);
            MeasuredModel champion = model("v1", random.split(), framesOfAScene, scenesKnown, 0);
            MeasuredModel challenger = model("v2", random.split(), framesOfAScene, scenesKnown, 0);
            promoted += gate.judge(champion, challenger).promoted() ? 1 : 0;
        }
        return (double) promoted / CYCLES;
    }

    /** A model whose luck holds for a scene, and a little of it for a frame. */
    private static MeasuredModel model(
            String name, SplittableRandom luck, int framesOfAScene, boolean scenesKnown, double better) {
        List<FrameSums> frames = new ArrayList<>();
        double[] accuracies = new double[3];
        for (int i = 0; i < FRAMES; i++) {
            if (i % framesOfAScene == 0) {
                for (int c = 0; c < accuracies.length; c++) {
                    accuracies[c] = 0.6 + better + 0.05 * gauss(luck);
                }
            }
            double[] sums = new double[4 * accuracies.length];
            for (int c = 0; c < accuracies.length; c++) {
                count(sums, c, accuracies[c] + 0.02 * gauss(luck));
            }
            @Nullable String scene = scenesKnown ? "scene" + i / framesOfAScene : null;
            frames.add(new FrameSums(
                    String.format(Locale.ROOT, "f%03d", i), scene, new TreeMap<>(Map.of("segmentation", sums))));
        }
        MeasuredSet set = new MeasuredSet("rooms", "d1", List.of("wall", "floor", "door"), frames);
        return Measurements.model(name, set);
    }

    /** Of 1,000 pixels of a class those that are missed are taken for the next one. */
    private static void count(double[] sums, int c, double accuracy) {
        int classes = sums.length / 4;
        double found = Math.rint(1000 * Math.max(0, Math.min(1, accuracy)));
        sums[c] += found;
        sums[classes + c] += found;
        sums[classes + (c + 1) % classes] += 1000 - found;
        sums[2 * classes + c] += 1000;
    }

    /** Normal enough: twelve uniform numbers added up, whatever the processor. */
    private static double gauss(SplittableRandom random) {
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += random.nextDouble();
        }
        return sum;
    }
}
