package dev.understudy.model.inference;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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
        compare(views, interpolation, merge, 3, 0.5);
    }

    @DataProvider
    public Object[][] strangeLogits() {
        float[] ties = {-1, 0, -0.0f, 1, 2};
        return new Object[][] {
            {"peaked", (Draw) random -> (float) (30 * random.nextGaussian())},
            {"flat", (Draw) random -> (float) (1e-3 * random.nextGaussian())},
            {"all the same", (Draw) random -> -3.7f},
            {"tied", (Draw) random -> ties[random.nextInt(ties.length)]},
            {"one bit apart", (Draw) random -> random.nextBoolean() ? 5 : Math.nextUp(5f)},
            {"far from 0", (Draw) random -> (float) (4096 + random.nextInt(64) / 8.0)},
            {"hardly ever", (Draw) random -> random.nextInt(20) == 0 ? 0 : -1e6f},
            {"tiny", (Draw) random -> (float) (1e-40 * random.nextGaussian())},
        };
    }

    /** What a value of a map is. */
    private interface Draw {
        float value(Random random);
    }

    @Test(dataProvider = "strangeLogits")
    public void saysWhatTheLongWaySaysOfStrangeLogits(String what, Draw draw) {
        for (int classes : new int[] {1, 2, 8, 9, 64, 255}) {
            List<FeatureMap> views = new ArrayList<>();
            for (int v = 0; v < 2; v++) {
                Random random = new Random(31 * classes + v);
                float[] values = new float[5 * 4 * classes];
                for (int i = 0; i < values.length; i++) {
                    values[i] = draw.value(random);
                }
                views.add(new FeatureMap(5, 4, classes, values, v == 1));
            }
            int[] target = new int[classes];
            Arrays.setAll(target, i -> i % 3 == 2 ? 255 : i / 2);
            for (ClassMerge merge : List.of(ClassMerge.none(classes), new ClassMerge(target))) {
                // Differences of large floats have few digits, so the last one of what is stored may differ.
                compare(views.subList(0, 1), Interpolation.BILINEAR, merge, 5, 1);
                compare(views, Interpolation.BILINEAR, merge, 3, 1);
            }
        }
    }

    @Test
    public void allClassesMayBeKept() {
        compare(List.of(logits(6, 5, 4, 23, false)), Interpolation.BICUBIC, ClassMerge.none(23), 23, 0.5);
    }

    /** @param steps of 1/255 that what is stored may differ by */
    private static void compare(
            List<FeatureMap> views, Interpolation interpolation, ClassMerge merge, int topK, double steps) {
        SegmentationEvidence found = new TopKReducer(topK, interpolation, 2).reduce(views, WIDTH, HEIGHT, merge);
        int competing = (int) Arrays.stream(merge.target()).distinct().count();
        assertEquals(found.topK(), Math.min(topK, competing));
        int pixels = WIDTH * HEIGHT;
        double close = steps < 1 ? 1e-5 : 1e-3;
        for (int pixel = 0; pixel < pixels; pixel++) {
            double[] mean = new double[256];
            List<double[]> single = new ArrayList<>();
            for (FeatureMap view : views) {
                double[] merged = merged(view, pixel, interpolation, merge);
                single.add(merged);
                for (int c = 0; c < 256; c++) {
                    mean[c] += merged[c] / views.size();
                }
            }
            int[] ranking = best(mean, found.topK());
            for (int k = 0; k < found.topK(); k++) {
                int label = found.classes()[k * pixels + pixel] & 0xFF;
                double tie = mean[ranking[k]] - mean[label];
                assertTrue(label == ranking[k] || Math.abs(tie) < close, "pixel " + pixel + " place " + k);
                near(found.probability()[k * pixels + pixel], mean[label], steps);
            }
            double entropy = Arrays.stream(mean)
                    .filter(p -> p > 0)
                    .map(p -> -p * Math.log(p))
                    .sum();
            near(found.entropy()[pixel], entropy / Math.log(Math.max(2, competing)), steps);
            int winner = found.classes()[pixel] & 0xFF;
            double agreeing = 0;
            double perhaps = 0;
            for (double[] one : single) {
                double most = Arrays.stream(one).max().orElseThrow();
                agreeing += best(one, 1)[0] == winner ? 1 : 0;
                perhaps += most - one[winner] < close && most - secondOf(one) < close ? 1 : 0;
            }
            double slack = (perhaps + 1e-5) / views.size();
            assertEquals((found.agreement()[pixel] & 0xFF) / 255.0, agreeing / views.size(), slack + 0.5 / 255);
        }
    }

    private static double secondOf(double[] values) {
        return values[best(values, 2)[1]];
    }

    private static void near(byte quantised, double share, double steps) {
        assertEquals((quantised & 0xFF) / 255.0, share, steps / 255 + 1e-5);
    }

    /** The first class indices, most probable first; of equals the lower. */
    private static int[] best(double[] probability, int places) {
        int[] best = new int[places];
        boolean[] placed = new boolean[probability.length];
        for (int k = 0; k < places; k++) {
            best[k] = -1;
            for (int c = 0; c < probability.length; c++) {
                if (!placed[c] && (best[k] < 0 || probability[c] > probability[best[k]])) {
                    best[k] = c;
                }
            }
            placed[best[k]] = true;
        }
        return best;
    }

    private static double[] merged(FeatureMap view, int pixel, Interpolation interpolation, ClassMerge merge) {
        int y = pixel / WIDTH;
        int x = view.mirrored() ? WIDTH - 1 - pixel % WIDTH : pixel % WIDTH;
        double[] e = new double[view.channels()];
        double sum = 0;
        for (int c = 0; c < e.length; c++) {
            e[c] = sample(view, c, x, y, interpolation);
        }
        double largest = Arrays.stream(e).max().orElseThrow();
        for (int c = 0; c < e.length; c++) {
            e[c] = Math.exp(e[c] - largest);
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
    public void decayIsCloseWhereItCounts() {
        float[] top = {2, 2, 2, 2, 2, 2, 2};
        float[] x = {2, 1.999f, 1, -3, -8, -100, Float.NEGATIVE_INFINITY};
        float[] result = new float[x.length];
        FastExp.decay(x, top, result);
        for (int i = 0; i < x.length; i++) {
            double exact = Math.exp(x[i] - top[i]);
            assertEquals(result[i], exact, 1e-5 * exact + 1e-10, "exp(" + (x[i] - top[i]) + ")");
        }
    }

    @Test
    public void logarithmsAreCloseOverTheirWholeRange() {
        int n = 4000;
        float[] x = new float[n];
        float[] result = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) Math.exp(-80 + 0.04 * i);
        }
        x[0] = 0;
        new RowLogarithm(n).of(x, result);
        assertTrue(Float.isFinite(result[0]) && result[0] < -80, "ln 0 = " + result[0]);
        for (int i = 1; i < n; i++) {
            double exact = Math.log(x[i]);
            assertEquals(result[i], exact, 3e-7 * Math.max(1, Math.abs(exact)), "ln " + x[i]);
        }
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
