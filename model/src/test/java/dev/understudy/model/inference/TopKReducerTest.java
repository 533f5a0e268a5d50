package dev.understudy.model.inference;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The fused reduction against one written down step by step in doubles. */
public class TopKReducerTest {
    private static final int WIDTH = 37;
    private static final int HEIGHT = 29;

    private static FeatureMap logits(long seed, int width, int height, int classes, boolean mirrored) {
        Random random = new Random(seed);
        float[] values = new float[width * height * classes];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (3 * random.nextGaussian());
        }
        return new FeatureMap(width, height, classes, values, mirrored);
    }

    @DataProvider
    public Object[][] cases() {
        ClassMerge merge = new ClassMerge(new int[] {2, 0, 0, 255, 1, 2, 255});
        return new Object[][] {
            {Interpolation.BILINEAR, ClassMerge.none(7), false},
            {Interpolation.BICUBIC, ClassMerge.none(7), false},
            {Interpolation.BILINEAR, merge, false},
            {Interpolation.BICUBIC, ClassMerge.none(7), true},
            {Interpolation.BICUBIC, merge, true},
        };
    }

    @Test(dataProvider = "cases")
    public void agreesWithTheLongWay(Interpolation interpolation, ClassMerge merge, boolean severalViews) {
        List<FeatureMap> views = new ArrayList<>(List.of(logits(1, 9, 7, 7, false)));
        if (severalViews) {
            views.add(logits(2, 9, 7, 7, true));
            views.add(logits(3, 14, 11, 7, false));
        }
        SegmentationEvidence found = new TopKReducer(3, interpolation, 2).reduce(views, WIDTH, HEIGHT, merge);
        assertEquals(found.topK(), 3);
        int pixels = WIDTH * HEIGHT;
        for (int pixel = 0; pixel < pixels; pixel++) {
            double[] mean = new double[256];
            int[] votes = new int[views.size()];
            for (int v = 0; v < views.size(); v++) {
                double[] merged = merged(views.get(v), pixel, interpolation, merge);
                votes[v] = best(merged).get(0);
                for (int c = 0; c < 256; c++) {
                    mean[c] += merged[c] / views.size();
                }
            }
            List<Integer> ranking = best(mean);
            for (int k = 0; k < 3; k++) {
                int label = found.classes()[k * pixels + pixel] & 0xFF;
                double tie = mean[ranking.get(k)] - mean[label];
                assertTrue(label == ranking.get(k) || Math.abs(tie) < 1e-5, "pixel " + pixel + " place " + k);
                near(found.probability()[k * pixels + pixel], mean[label]);
            }
            double entropy = Arrays.stream(mean)
                    .filter(p -> p > 0)
                    .map(p -> -p * Math.log(p))
                    .sum();
            long competing = Arrays.stream(merge.target()).distinct().count();
            near(found.entropy()[pixel], entropy / Math.log(competing));
            int winner = found.classes()[pixel] & 0xFF;
            double agreeing = Arrays.stream(votes).filter(v -> v == winner).count();
            near(found.agreement()[pixel], agreeing / views.size());
        }
    }

    private static void near(byte quantised, double share) {
        assertEquals((quantised & 0xFF) / 255.0, share, 0.5 / 255 + 1e-5);
    }

    /** Class indices, most probable first. */
    private static List<Integer> best(double[] probability) {
        return IntStream.range(0, 256)
                .boxed()
                .sorted(Comparator.comparingDouble(c -> -probability[c]))
                .toList();
    }

    private static double[] merged(FeatureMap view, int pixel, Interpolation interpolation, ClassMerge merge) {
        int y = pixel / WIDTH;
        int x = view.mirrored() ? WIDTH - 1 - pixel % WIDTH : pixel % WIDTH;
        double[] e = new double[view.channels()];
        double sum = 0;
        for (int c = 0; c < e.length; c++) {
            e[c] = Math.exp(sample(view, c, x, y, interpolation));
            sum += e[c];
        }
        double[] merged = new double[256];
        for (int c = 0; c < e.length; c++) {
            merged[merge.target()[c]] += e[c] / sum;
        }
        return merged;
    }

    private static double sample(FeatureMap map, int channel, int x, int y, Interpolation interpolation) {
        double atX = (x + 0.5) * map.width() / WIDTH - 0.5;
        double atY = (y + 0.5) * map.height() / HEIGHT - 0.5;
        double sum = 0;
        for (int j = (int) Math.floor(atY) - 1; j <= (int) Math.floor(atY) + 2; j++) {
            for (int i = (int) Math.floor(atX) - 1; i <= (int) Math.floor(atX) + 2; i++) {
                int row = Math.min(Math.max(j, 0), map.height() - 1);
                int column = Math.min(Math.max(i, 0), map.width() - 1);
                double value = map.values()[(row * map.width() + column) * map.channels() + channel];
                sum += weight(atY - j, interpolation) * weight(atX - i, interpolation) * value;
            }
        }
        return sum;
    }

    private static double weight(double distance, Interpolation interpolation) {
        double d = Math.abs(distance);
        if (interpolation == Interpolation.BILINEAR) {
            return Math.max(0, 1 - d);
        }
        double a = -0.75;
        return d <= 1
                ? (a + 2) * d * d * d - (a + 3) * d * d + 1
                : d < 2 ? a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a : 0;
    }

    @Test
    public void threadsDoNotChangeAByte() {
        List<FeatureMap> views = List.of(logits(4, 20, 15, 40, false));
        ClassMerge merge = ClassMerge.none(40);
        SegmentationEvidence one = new TopKReducer(5, Interpolation.BICUBIC, 1).reduce(views, 161, 121, merge);
        for (int threads = 2; threads <= 5; threads++) {
            SegmentationEvidence several =
                    new TopKReducer(5, Interpolation.BICUBIC, threads).reduce(views, 161, 121, merge);
            assertEquals(several.classes(), one.classes());
            assertEquals(several.probability(), one.probability());
            assertEquals(several.entropy(), one.entropy());
        }
    }

    @Test
    public void winnersAreTheFirstPlaces() {
        FeatureMap map = logits(5, 12, 9, 11, false);
        TopKReducer reducer = new TopKReducer(1, Interpolation.BILINEAR, 2);
        LabelMap winners = reducer.winners(map, 50, 31);
        SegmentationEvidence evidence = reducer.reduce(List.of(map), 50, 31, ClassMerge.none(11));
        assertEquals(winners.classes(), evidence.classes());
    }

    @Test
    public void aPixelsEvidenceDoesNotDependOnThePixelBeforeIt() {
        long seed = 11;
        Random random = new Random(seed);
        int classes = 7;
        int width = 400;
        float[] odd = {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 0};
        float[] values = new float[width * classes];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(6) == 0 ? odd[random.nextInt(odd.length)] : random.nextInt(5);
        }
        TopKReducer reducer = new TopKReducer(3, Interpolation.BILINEAR, 1);
        ClassMerge merge = ClassMerge.none(classes);
        SegmentationEvidence row =
                reducer.reduce(List.of(new FeatureMap(width, 1, classes, values, false)), width, 1, merge);
        // Interpolation also reads the pixel to the right, if only to multiply it by 0.
        for (int x = 0; x < width - 1; x++) {
            float[] two = Arrays.copyOfRange(values, x * classes, (x + 2) * classes);
            SegmentationEvidence alone =
                    reducer.reduce(List.of(new FeatureMap(2, 1, classes, two, false)), 2, 1, merge);
            for (int k = 0; k < 3; k++) {
                String where = "seed " + seed + ", pixel " + x + ", rank " + k;
                assertEquals(row.classes()[k * width + x], alone.classes()[2 * k], where);
                assertEquals(row.probability()[k * width + x], alone.probability()[2 * k], where);
            }
        }
    }

    @Test
    public void ofEqualsTheLowerClassWins() {
        FeatureMap map = new FeatureMap(1, 1, 4, new float[4], false);
        SegmentationEvidence evidence =
                new TopKReducer(9, Interpolation.BILINEAR, 1).reduce(List.of(map), 1, 1, ClassMerge.none(4));
        assertEquals(evidence.topK(), 4);
        assertEquals(evidence.classes(), new byte[] {0, 1, 2, 3});
        assertEquals(evidence.probability(), new byte[] {64, 64, 64, 64});
        assertEquals(evidence.entropy()[0] & 0xFF, 255);
        assertEquals(evidence.agreement()[0] & 0xFF, 255);
    }

    @Test
    public void expIsCloseOverItsWholeRange() {
        for (float x = 10; x > -87; x -= 0.0137f) {
            assertEquals(FastExp.exp(x) / Math.exp(x), 1, 3e-7, "exp(" + x + ")");
        }
        assertEquals(FastExp.exp(0), 1f);
        assertEquals(FastExp.exp(-1000), 0f);
        assertEquals(FastExp.exp(Float.NEGATIVE_INFINITY), 0f);
        assertTrue(Float.isNaN(FastExp.exp(Float.NaN)));
    }

    @Test
    public void expOfManyIsExpOfEach() {
        float[] x = {0, -0.3f, 1.5f, -87, -87.1f, Float.NEGATIVE_INFINITY, Float.NaN, -20, -3, -1e9f};
        float[] result = new float[x.length];
        FastExp.exp(x, result, 9);
        for (int i = 0; i < 9; i++) {
            assertEquals(result[i], FastExp.exp(x[i]));
        }
        assertEquals(result[9], 0f, "beyond the length");
    }
}
