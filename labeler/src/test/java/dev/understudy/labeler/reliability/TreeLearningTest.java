package dev.understudy.labeler.reliability;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.ChildJvm;
import dev.understudy.model.engine.NativeEngine;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.testng.annotations.Test;

public class TreeLearningTest {
    private static final int WIDTH = 4;
    private static final int COUNT = 4000;
    private static final TreeLearning.Options ALL_FEATURES = new TreeLearning.Options(60, 8, 0.1, 0.5, 1, 5, 10);

    private final float[] rows = new float[COUNT * WIDTH];
    private final boolean[] right = new boolean[COUNT];
    private final float[] weight = new float[COUNT];

    /** Right with 0.9 where the first two numbers have the same sign, else with 0.2; the others are noise. */
    private void draw(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < COUNT; i++) {
            for (int f = 0; f < WIDTH; f++) {
                rows[i * WIDTH + f] = (float) random.nextGaussian();
            }
            right[i] = random.nextDouble() < (same(i) ? 0.9 : 0.2);
            weight[i] = 1;
        }
    }

    private boolean same(int i) {
        return rows[i * WIDTH] > 0 == rows[i * WIDTH + 1] > 0;
    }

    @Test
    public void whatTwoNumbersSayTogetherIsLearned() {
        draw(1);
        BoostedTrees trees = TreeLearning.fit(ALL_FEATURES, rows, WIDTH, right, weight, 1);
        draw(2);
        double[] sums = new double[2];
        int[] counts = new int[2];
        for (int i = 0; i < COUNT; i++) {
            sums[same(i) ? 1 : 0] += 1 / (1 + Math.exp(-trees.score(rows, i * WIDTH)));
            counts[same(i) ? 1 : 0]++;
        }
        assertEquals(sums[1] / counts[1], 0.9, 0.06);
        assertEquals(sums[0] / counts[0], 0.2, 0.06);
    }

    @Test
    public void manyRowsAtOnceGetWhatEachGetsAlone() {
        draw(5);
        BoostedTrees trees = TreeLearning.fit(ALL_FEATURES, rows, WIDTH, right, weight, 1);
        // One number that is the same for many rows in turn, and one that rises from row to row
        for (int i = 0; i < COUNT; i++) {
            rows[i * WIDTH + 1] = i / 1500 - 0.8f;
            rows[i * WIDTH + 2] = i * 0.001f - 2;
        }
        rows[5] = Float.NaN;
        rows[11] = Float.POSITIVE_INFINITY;
        float[][] planes = new float[WIDTH][COUNT];
        for (int i = 0; i < COUNT * WIDTH; i++) {
            planes[i % WIDTH][i / WIDTH] = rows[i];
        }
        for (int count : new int[] {0, 1, 7, 8, 9, COUNT}) {
            float[] scores = new LeafMasks(trees).scores(planes, count);
            assertEquals(scores.length, count);
            for (int i = 0; i < count; i++) {
                assertEquals(scores[i], trees.score(rows, i * WIDTH), "row " + i);
            }
        }
    }

    @Test
    public void theSameExamplesGiveTheSameTrees() {
        draw(3);
        BoostedTrees one = TreeLearning.fit(ALL_FEATURES, rows, WIDTH, right, weight, 7);
        BoostedTrees other = TreeLearning.fit(ALL_FEATURES, rows, WIDTH, right, weight, 7);
        assertEquals(one.feature(), other.feature());
        assertEquals(one.threshold(), other.threshold());
        assertEquals(one.value(), other.value());
    }

    /** Of rows whose numbers lie on thresholds, too. */
    @Test
    public void treesSayWhatXgboostSaysOfThem() throws Exception {
        draw(6);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Math.round(4 * rows[i]) / 4f;
        }
        float[] answers = new float[COUNT];
        float[] margins = new float[COUNT];
        Arrays.fill(margins, 0.25f);
        for (int i = 0; i < COUNT; i++) {
            answers[i] = right[i] ? 1 : 0;
        }
        NativeEngine.cpu();
        DMatrix data = new DMatrix(rows, COUNT, WIDTH, Float.NaN);
        data.setLabel(answers);
        data.setBaseMargin(margins);
        Map<String, Object> how = Map.of(
                "objective",
                "binary:logistic",
                "grow_policy",
                "lossguide",
                "max_leaves",
                9,
                "max_depth",
                0,
                "nthread",
                1);
        Booster booster = XGBoost.train(data, how, 20, Map.of(), null, null);
        BoostedTrees trees = TreeLearning.trees(0.25f, booster);
        float[][] said = booster.predict(data, true);
        for (int i = 0; i < COUNT; i++) {
            assertEquals(trees.score(rows, i * WIDTH), said[i][0], 1e-5, "row " + i);
        }
        assertTrue(trees.feature().length > 200, trees.feature().length + " nodes");
        booster.dispose();
        data.dispose();
    }

    @Test
    public void whatTellsNothingIsNeverSplit() {
        draw(4);
        Arrays.fill(rows, 1);
        BoostedTrees trees = TreeLearning.fit(ALL_FEATURES, rows, WIDTH, right, weight, 1);
        assertEquals(trees.feature().length, 60);
        assertTrue(Math.abs(trees.score(rows, 0) - trees.base()) < 0.05);
    }

    @Test
    public void weightsCountAsOftenAsTheySay() {
        draw(5);
        Arrays.fill(rows, 1);
        double yes = 0;
        double all = 0;
        for (int i = 0; i < COUNT; i++) {
            weight[i] = right[i] ? 1 : 0.125f;
            yes += right[i] ? 1 : 0;
            all += weight[i];
        }
        BoostedTrees trees = TreeLearning.fit(ALL_FEATURES, rows, WIDTH, right, weight, 1);
        assertEquals(1 / (1 + Math.exp(-trees.score(rows, 0))), yes / all, 0.01);
    }

    /** Its library is looked for where there is none. */
    @Test
    public void aMachineThatXgboostDoesNotLoadOnIsTold() throws Exception {
        List<String> options = List.of("-Dxgboostruntime.native.xgboost4j=/nowhere/libxgboost4j.so");
        Process process = new ProcessBuilder(ChildJvm.command(options, TreeLearningTest.class))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(process.waitFor(), 0, said);
        assertTrue(said.contains("refused: XGBoost, which learns how far labels can be trusted, does not load"), said);
        assertTrue(said.contains("OpenMP run-time (libgomp1, libomp or vcomp140.dll)"), said);
    }

    /** The child: learns, and prints why it cannot. */
    public static void main(String[] arguments) {
        try {
            TreeLearning.fit(ALL_FEATURES, new float[2], 1, new boolean[2], new float[] {1, 1}, 1);
        } catch (ConfigurationException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }

    @Test
    public void treesThatRunInCirclesAreRefused() {
        int[] roots = {0};
        float[] none = new float[3];
        new BoostedTrees(0, roots, new int[] {0, -1, -1}, none, new int[] {1, 0, 0}, none);
        for (int left : new int[] {0, -1, 2, 1 << 30}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new BoostedTrees(0, roots, new int[] {0, -1, -1}, none, new int[] {left, 0, 0}, none));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new BoostedTrees(0, new int[] {1}, new int[] {0, -1, -1}, none, new int[] {1, 0, 0}, none));
        assertThrows(
                IllegalArgumentException.class,
                () -> new BoostedTrees(Float.NaN, roots, new int[] {-1}, new float[1], new int[1], new float[1]));
    }
}
