package dev.understudy.evaluation;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.evaluation.PairedBootstrap.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.testng.Reporter;
import org.testng.annotations.Test;

public class PairedBootstrapTest {
    private static final Metric ACCURACY = SegmentationMetrics.PIXEL_ACCURACY;

    /** A frame of one class, of whose pixels so many were found. */
    private static FrameSums frame(String id, @Nullable String scene, int found, int pixels) {
        return new FrameSums(id, scene, new TreeMap<>(Map.of("segmentation", new double[] {found, found, pixels, 0})));
    }

    private static Interval interval(List<FrameSums> before, List<FrameSums> after) {
        return new PairedBootstrap(20_000, 0.95, 1).interval(ScenePairs.of(ACCURACY, before, after));
    }

    /**
     * Two scenes with gains of 0 and 0.2: a resample has 0, 0.1, 0.1 or 0.2, which is a standard deviation of 0.0707;
     * times √2, because they scatter around their own mean, 0.1 is the standard error. Student's quantile of one degree
     * of freedom is 12.7062, and his probability of 1 ÷ 1 is a quarter.
     */
    @Test
    public void theIntervalIsStudentsOverScenes() {
        Interval interval = interval(
                List.of(frame("a", "x", 50, 100), frame("b", "y", 50, 100)),
                List.of(frame("a", "x", 50, 100), frame("b", "y", 70, 100)));
        assertEquals(interval.gain(), 0.1, 1e-12);
        assertEquals(interval.high() - interval.gain(), 1.27062, 0.02);
        assertEquals(interval.probability(), 0.25, 0.005);
        assertEquals(interval.scenes(), 2);
        assertEquals(interval.drawn(), "2 scenes");
    }

    /** Ten frames that say the same say it once. */
    @Test
    public void framesOfASceneCountOnce() {
        List<FrameSums> before = new ArrayList<>();
        List<FrameSums> after = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            before.add(frame("f" + i, "scene" + i % 4, 50, 100));
            after.add(frame("f" + i, "scene" + i % 4, 50 + 5 * (i % 4), 100));
        }
        Interval scenes = interval(before, after);
        Interval once = interval(before.subList(0, 4), after.subList(0, 4));
        assertEquals(scenes, once);
        assertTrue(scenes.low() < 0, "four scenes are too few for this");
        List<FrameSums> apart =
                after.stream().map(frame -> frame.withScene(null)).toList();
        List<FrameSums> apartBefore =
                before.stream().map(frame -> frame.withScene(null)).toList();
        Interval frames = interval(apartBefore, apart);
        assertTrue(frames.low() > 0, "forty frames would be enough if they were independent");
        assertEquals(frames.drawn(), "40 frames taken as independent");
    }

    /** Otherwise one recording would pass for many. */
    @Test
    public void aLongSceneAmongShortOnesIsLittleMoreThanOne() {
        List<FrameSums> before = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            before.add(frame("f" + i, "scene" + i, i == 0 ? 5000 : 5, i == 0 ? 10_000 : 10));
        }
        ScenePairs pairs = ScenePairs.of(ACCURACY, before, before);
        assertTrue(pairs.effectiveScenes() < 1.1, String.valueOf(pairs.effectiveScenes()));
    }

    @Test
    public void oneSceneSaysNothing() {
        Interval interval = interval(List.of(frame("a", "x", 50, 100)), List.of(frame("a", "x", 70, 100)));
        assertEquals(interval.gain(), 0.2, 1e-12);
        assertTrue(!interval.finite() && Double.isNaN(interval.probability()));
    }

    @Test
    public void whatIsTheSameIsATie() {
        List<FrameSums> frames = List.of(frame("a", "x", 50, 100), frame("b", "y", 70, 130), frame("c", null, 3, 9));
        Interval interval = interval(frames, frames);
        assertTrue(interval.tie());
        assertEquals(interval.probability(), 1.0);
        assertEquals(interval.drawn(), "2 scenes and 1 frame taken as independent");
    }

    @Test
    public void swappingTheModelsTurnsTheIntervalAround() {
        long seed = 12;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            List<FrameSums> one = random(random);
            List<FrameSums> other = random(random);
            Interval there = interval(one, other);
            Interval back = interval(other, one);
            assertEquals(back.low(), -there.high(), 1e-15);
            assertEquals(back.gain(), -there.gain(), 0);
            assertEquals(back.high(), -there.low(), 1e-15);
            assertEquals(back.probability(), 1 - there.probability(), 1e-12);
            assertTrue(there.low() < there.gain() && there.gain() < there.high());
        }
    }

    private static List<FrameSums> random(Random random) {
        List<FrameSums> frames = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            frames.add(frame("f" + i, "scene" + i / 3, random.nextInt(100), 100));
        }
        return frames;
    }

    /** Worked out by hand: sorted 0.01, 0.02, 0.03, 0.04 times 4, 3, 2, 1, never falling. */
    @Test
    public void holmsCorrection() {
        double[] corrected = Holm.correct(0.04, 0.01, Double.NaN, 0.03, 0.02);
        assertEquals(corrected[0], 0.06, 1e-12);
        assertEquals(corrected[1], 0.04, 1e-12);
        assertTrue(Double.isNaN(corrected[2]));
        assertEquals(corrected[3], 0.06, 1e-12);
        assertEquals(corrected[4], 0.06, 1e-12);
        assertEquals(Holm.correct(0.9, 0.8), new double[] {1, 1});
        assertEquals(Holm.correct(), new double[0]);
    }
}
