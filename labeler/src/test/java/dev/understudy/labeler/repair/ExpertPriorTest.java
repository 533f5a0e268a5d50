package dev.understudy.labeler.repair;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.testng.annotations.Test;

public class ExpertPriorTest {
    private static final int CLASSES = 3;
    private static final List<int[]> KNOWN = List.of(new int[] {0}, new int[] {0, 1});
    private static final int[] USED = {0, 1, 2, 3};

    /** Of four pixels. */
    private static ExpertPrior prior(int... labels) {
        TrainingRows rows = new TrainingRows(1, CLASSES, new float[4], new float[12], labels, new int[4]);
        return ExpertPrior.of(rows, USED, KNOWN);
    }

    @Test
    public void whatTheySayStaysLikeliest() {
        float[] probabilities = prior(0, 1, 0, 2).probabilities(new float[] {0, 1, 0});
        assertTrue(probabilities[1] > 0.8 && probabilities[0] > 0 && probabilities[2] > 0);
    }

    @Test
    public void whereTheySayNothingItIsWhatTheyLack() {
        float[] probabilities = prior(0, 1, 0, 2).probabilities(new float[CLASSES]);
        assertTrue(probabilities[2] > probabilities[0] && probabilities[2] > probabilities[1]);
    }

    @Test
    public void probabilitiesHaveTheSumOneAndLogitsAreHalfTheirLogarithms() {
        long seed = 7;
        SplittableRandom random = new SplittableRandom(seed);
        ExpertPrior prior = prior(0, 1, 0, 2);
        for (int i = 0; i < 20; i++) {
            float first = i % 3 == 0 ? 0 : (float) random.nextDouble();
            float[] said = {first, i % 2 == 0 ? 0 : (float) random.nextDouble() * (1 - first), 0};
            float[] probabilities = prior.probabilities(said);
            float[] logits = prior.logits(said);
            double sum = 0;
            for (int j = 0; j < CLASSES; j++) {
                sum += probabilities[j];
                assertEquals(logits[j], Math.log(probabilities[j]) / 2, 1e-4, "seed " + seed);
            }
            assertEquals(sum, 1, 1e-5, "seed " + seed);
        }
    }
}
