package dev.understudy.labeler.surface;

import static org.testng.Assert.assertEquals;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testng.Reporter;
import org.testng.annotations.Test;

/** The quick ways against the plain ones. */
public class SurfaceVoteTest {
    private static final long SEED = 12;
    private static final int WIDTH = 41;
    private static final int HEIGHT = 30;
    private static final int PIXELS = WIDTH * HEIGHT;

    @Test
    public void oneWordAPixelComesToWhatAllWordsDo() {
        Reporter.log("seed " + SEED, true);
        Random random = new Random(SEED);
        for (int round = 0; round < 20; round++) {
            byte[] classes = new byte[PIXELS];
            byte[] levels = new byte[PIXELS];
            byte[] answers = new byte[PIXELS];
            for (int i = 0; i < PIXELS; i++) {
                classes[i] = random.nextInt(9) == 0 ? (byte) LabelMap.IGNORE : (byte) random.nextInt(4);
                levels[i] = random.nextInt(5) == 0 ? 0 : (byte) random.nextInt(256);
                answers[i] = random.nextInt(7) == 0 ? (byte) random.nextInt(4) : classes[i];
            }
            // A second word that says nothing takes the way of many words.
            SegmentationEvidence one = new SegmentationEvidence(1, classes, levels, new byte[PIXELS], new byte[PIXELS]);
            SegmentationEvidence two = new SegmentationEvidence(
                    2,
                    Arrays.copyOf(classes, 2 * PIXELS),
                    Arrays.copyOf(levels, 2 * PIXELS),
                    new byte[PIXELS],
                    new byte[PIXELS]);
            BlockGrid grid = new BlockGrid(4, WIDTH, HEIGHT);
            SurfaceSegments segments =
                    new SurfaceSegments(grid, List.of(regions(random, grid.blocks()), regions(random, grid.blocks())));
            float[] thresholds = new float[256];
            Arrays.fill(thresholds, 1);
            thresholds[2] = 0.25f;
            for (boolean repair : new boolean[] {true, false}) {
                byte[] quick = answers.clone();
                byte[] plain = answers.clone();
                float[] quickConfidence = new float[PIXELS];
                float[] plainConfidence = new float[PIXELS];
                float[] weight = new float[PIXELS];
                Arrays.fill(weight, 1);
                boolean[] quickly =
                        SurfaceVote.mean(one, segments, weight, 0.3).decide(quick, quickConfidence, repair, thresholds);
                boolean[] plainly =
                        SurfaceVote.mean(two, segments, weight, 0.3).decide(plain, plainConfidence, repair, thresholds);
                assertEquals(quick, plain);
                assertEquals(quickConfidence, plainConfidence);
                assertEquals(quickly, plainly);
            }
        }
    }

    private static Regions regions(Random random, int blocks) {
        int[] region = new int[blocks];
        int[] size = new int[blocks];
        int count = 1;
        for (int i = 1; i < blocks; i++) {
            region[i] = random.nextInt(8) == 0 ? count++ : region[i - 1];
        }
        for (int of : region) {
            size[of]++;
        }
        return new Regions(region, Arrays.copyOf(size, count));
    }

    @Test
    public void commonPartsAreNumberedInOrderHoweverManyThereAre() {
        Random random = new Random(SEED);
        int pixels = 60_000;
        int[] one = new int[pixels];
        int[] other = new int[pixels];
        for (int i = 0; i < pixels; i++) {
            one[i] = random.nextInt(300);
            other[i] = random.nextInt(40);
        }
        Regions common = Regions.common(new Regions(one, new int[300]), new Regions(other, new int[40]));
        Map<Integer, Integer> numbers = new HashMap<>();
        int[] size = new int[pixels];
        for (int i = 0; i < pixels; i++) {
            numbers.putIfAbsent(one[i] * 40 + other[i], numbers.size());
            int expected = numbers.get(one[i] * 40 + other[i]);
            assertEquals(common.region()[i], expected);
            size[expected]++;
        }
        assertEquals(common.size(), Arrays.copyOf(size, numbers.size()));
    }
}
