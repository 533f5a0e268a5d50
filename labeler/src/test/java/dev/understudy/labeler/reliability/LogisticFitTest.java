package dev.understudy.labeler.reliability;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.labeler.reliability.ReliabilityModel.Mix;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.testng.annotations.Test;

public class LogisticFitTest {
    private static final int N = 40_000;
    private final float[] trees = new float[N];
    private final float[] own = new float[N];
    private final boolean[] right = new boolean[N];
    private final float[] weight = new float[N];

    /** Right with log-odds shift + a·trees + b·own. */
    private Mix fit(double shift, double a, double b) {
        long seed = 5;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < N; i++) {
            trees[i] = (float) random.nextDouble(-3, 3);
            own[i] = (float) random.nextDouble(-3, 3);
            double odds = shift + a * trees[i] + b * own[i];
            right[i] = random.nextDouble() < 1 / (1 + Math.exp(-odds));
            weight[i] = 1;
        }
        return LogisticFit.mix(trees, own, right, weight);
    }

    @Test
    public void whatMadeThemIsFound() {
        Mix mix = fit(-0.5, 0.8, 0.3);
        assertEquals(mix.shift(), -0.5, 0.06);
        assertEquals(mix.trees(), 0.8, 0.06);
        assertEquals(mix.own(), 0.3, 0.06);
    }

    @Test
    public void whoSpeaksAgainstHimselfIsNotHeard() {
        assertEquals(fit(0, 0.8, -0.4).own(), 0.0);
        assertTrue(fit(0, 0.8, -0.4).trees() > 0.5);
        assertEquals(fit(0, -0.4, 0.8).trees(), 0.0);
        assertEquals(fit(0, -0.4, -0.4).own(), 0.0);
    }

    @Test
    public void whatCountsLessMovesLess() {
        fit(0, 1, 0);
        boolean[] wrong = new boolean[N];
        float[] eighth = new float[N];
        float[] more = Arrays.copyOf(trees, 2 * N);
        System.arraycopy(trees, 0, more, N, N);
        float[] moreOwn = Arrays.copyOf(own, 2 * N);
        System.arraycopy(own, 0, moreOwn, N, N);
        boolean[] answers = Arrays.copyOf(right, 2 * N);
        System.arraycopy(wrong, 0, answers, N, N);
        Arrays.fill(eighth, 0.125f);
        float[] weights = Arrays.copyOf(weight, 2 * N);
        System.arraycopy(eighth, 0, weights, N, N);
        Mix mix = LogisticFit.mix(more, moreOwn, answers, weights);
        assertTrue(mix.shift() < -0.1 && mix.shift() > -1, mix.toString());
    }

    @Test
    public void whatCanBeToldWithoutAMistakeStaysFinite() {
        float[] said = {-2, -1, 1, 2};
        Mix mix =
                LogisticFit.mix(said, new float[4], new boolean[] {false, false, true, true}, new float[] {1, 1, 1, 1});
        assertTrue(mix.trees() > 1 && mix.trees() < 1000, mix.toString());
    }
}
