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
                if (repair) {
                    byte[] alone = answers.clone();
                    SurfaceVote.mean(one, segments, weight, 0.3).repair(alone, thresholds);
                    assertEquals(alone, quick);
                }
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
    public void overhangingPartsAreThoseThatPixelsCountedOneByOneShow() {
        Random random = new Random(SEED);
        for (int round = 0; round < 40; round++) {
            // One block a pixel, blocks that fit and blocks that do not; few and many areas
            BlockGrid grid = new BlockGrid(1 + random.nextInt(5), 1 + random.nextInt(90), 1 + random.nextInt(70));
            int pixels = grid.width() * grid.height();
            Regions segments = regions(random, grid.blocks());
            byte[] classes = new byte[pixels];
            int run = 1 + random.nextInt(12);
            for (int i = 1; i < pixels; i++) {
                classes[i] = random.nextInt(run) == 0 ? (byte) (random.nextInt(4) - 1) : classes[i - 1];
            }
            Regions areas = Regions.ofLabels(grid.width(), grid.height(), classes);
            Map<Long, Integer> parts = new HashMap<>();
            int[] segmentSize = new int[segments.count()];
            for (int i = 0; i < pixels; i++) {
                parts.merge(pair(grid, segments, areas, i), 1, Integer::sum);
                segmentSize[segments.region()[block(grid, i)]]++;
            }
            double share = random.nextDouble();
            boolean[] found = SegmentParts.of(grid, segments, classes).overhanging(share);
            for (int i = 0; i < pixels; i++) {
                int size = parts.get(pair(grid, segments, areas, i));
                boolean alone = size == areas.size()[areas.region()[i]];
                boolean small = size < share * segmentSize[segments.region()[block(grid, i)]];
                assertEquals(found[i], !alone && small, "round " + round + ", pixel " + i);
            }
        }
    }

    private static int block(BlockGrid grid, int pixel) {
        return pixel / grid.width() / grid.factor() * grid.columns() + pixel % grid.width() / grid.factor();
    }

    private static long pair(BlockGrid grid, Regions segments, Regions areas, int pixel) {
        return (long) areas.region()[pixel] << 32 | segments.region()[block(grid, pixel)];
    }

    /** As the rule reads, pixel by pixel, in the order of operations that the quick way promises. */
    @Test
    public void aDecisionIsThatOfTheRule() {
        Random random = new Random(SEED);
        for (int round = 0; round < 20; round++) {
            int topK = 1 + round % 3;
            byte[] classes = new byte[topK * PIXELS];
            byte[] levels = new byte[topK * PIXELS];
            for (int i = 0; i < classes.length; i++) {
                // A pixel speaks of no class twice
                int first = i > 0 && random.nextInt(6) > 0 ? classes[i - 1] : random.nextInt(5) - 1;
                classes[i] = (byte) (i < PIXELS ? first : (classes[i % PIXELS] + 1 + i / PIXELS) % 5);
                levels[i] = (byte) random.nextInt(256);
            }
            byte[] before = Arrays.copyOf(classes, PIXELS);
            SegmentationEvidence evidence =
                    new SegmentationEvidence(topK, classes, levels, new byte[PIXELS], new byte[PIXELS]);
            BlockGrid grid = new BlockGrid(1 + random.nextInt(5), WIDTH, HEIGHT);
            SurfaceSegments segments =
                    new SurfaceSegments(grid, List.of(regions(random, grid.blocks()), regions(random, grid.blocks())));
            float[] weight = new float[PIXELS];
            Arrays.fill(weight, 1);
            float[] thresholds = new float[256];
            Arrays.fill(thresholds, 1);
            // Where pixels hardly count most segments have the last word
            SurfaceVote vote = SurfaceVote.mean(evidence, segments, weight, round % 2 == 0 ? 0.2 : 0.01);
            byte[] answer = before.clone();
            float[] confidence = new float[PIXELS];
            vote.decide(answer, confidence, true, thresholds);
            byte[] alone = before.clone();
            vote.repair(alone, thresholds);
            assertEquals(alone, answer, "round " + round);
            for (int i = 0; i < PIXELS; i++) {
                if (before[i] == (byte) LabelMap.IGNORE) {
                    assertEquals(answer[i], before[i]);
                    continue;
                }
                float[] probabilities = new float[256];
                vote.probabilities(block(grid, i), i, probabilities);
                int best = 0;
                for (int label = 1; label < 255; label++) {
                    best = probabilities[label] > probabilities[best] ? label : best;
                }
                assertEquals(answer[i], (byte) best, "round " + round + ", pixel " + i);
                assertEquals(confidence[i], Math.min(1, probabilities[best]), "round " + round + ", pixel " + i);
            }
        }
    }
}
