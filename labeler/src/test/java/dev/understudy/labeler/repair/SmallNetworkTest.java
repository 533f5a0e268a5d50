package dev.understudy.labeler.repair;

import static org.testng.Assert.assertEquals;

import java.util.Random;
import org.testng.annotations.Test;

public class SmallNetworkTest {
    private static final int WIDTH = 7;
    private static final int[] COLUMNS = {0, 2, 3, 6};

    private static float[] numbers(int count, Random random) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static SmallNetwork network(int hidden, Random random) {
        return new SmallNetwork(
                COLUMNS,
                hidden,
                3,
                numbers(SmallNetwork.firstLength(COLUMNS.length, hidden), random),
                numbers(SmallNetwork.lastLength(COLUMNS.length, hidden, 3), random));
    }

    private static double[] slowly(SmallNetwork network, float[] rows, int row, float[] prior) {
        double[] below = new double[COLUMNS.length];
        for (int i = 0; i < below.length; i++) {
            below[i] = rows[row * WIDTH + COLUMNS[i]];
        }
        if (network.hidden() > 0) {
            double[] units = layer(below, network.first(), network.hidden());
            for (int i = 0; i < units.length; i++) {
                units[i] = Math.max(0, units[i]);
            }
            below = units;
        }
        double[] logits = layer(below, network.last(), 3);
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            logits[i] = Math.exp(logits[i] + prior[3 * row + i]);
            sum += logits[i];
        }
        for (int i = 0; i < 3; i++) {
            logits[i] /= sum;
        }
        return logits;
    }

    private static double[] layer(double[] below, float[] weights, int width) {
        double[] result = new double[width];
        for (int to = 0; to < width; to++) {
            result[to] = weights[below.length * width + to];
            for (int from = 0; from < below.length; from++) {
                result[to] += below[from] * weights[from * width + to];
            }
        }
        return result;
    }

    @Test
    public void probabilitiesAreThoseOfItsLayers() {
        long seed = 9;
        Random random = new Random(seed);
        int count = 300;
        float[] rows = numbers(count * WIDTH, random);
        for (int hidden : new int[] {0, 5, 9}) {
            SmallNetwork network = network(hidden, random);
            float[] sums = new float[3 * count];
            float[] prior = numbers(3 * count, random);
            network.addTo(sums, rows, WIDTH, count, prior);
            for (int row = 0; row < count; row++) {
                double[] expected = slowly(network, rows, row, prior);
                for (int i = 0; i < 3; i++) {
                    assertEquals(sums[3 * row + i], expected[i], 1e-4, "seed " + seed + ", " + hidden + " units");
                }
            }
        }
    }

    @Test
    public void shiftedLogitsFavourAClass() {
        long seed = 10;
        Random random = new Random(seed);
        float[] rows = numbers(WIDTH, random);
        SmallNetwork network = network(4, random);
        float[] before = new float[3];
        float[] after = new float[3];
        network.addTo(before, rows, WIDTH, 1, new float[3]);
        network.shifted(new float[] {0, 0, (float) Math.log(2)}).addTo(after, rows, WIDTH, 1, new float[3]);
        double sum = before[0] + before[1] + 2 * before[2];
        assertEquals(after[0], before[0] / sum, 1e-5, "seed " + seed);
        assertEquals(after[2], 2 * before[2] / sum, 1e-5, "seed " + seed);
    }

    @Test
    public void sharesOfClassesThatNobodyAnnotatedAreAboveZero() {
        TrainingRows rows = new TrainingRows(1, 3, new float[4], new float[12], new int[] {0, 0, 1, 2}, new int[4]);
        double[] shares = rows.shares(new int[] {0, 1, 2});
        assertEquals(shares[0], 3 / 6.0, 1e-6);
        assertEquals(shares[2], 1 / 6.0, 1e-6);
    }
}
