package dev.understudy.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Several tests at once, after Holm (1979): whoever looks at k things finds one that is beyond noise k times as often.
 * If a corrected probability is at most α, then with all of them the chance of a single false finding is at most α,
 * however the tests hang together.
 */
public final class Holm {
    private Holm() {}

    /**
     * @param probabilities of the single tests; NaN where there was no test, which does not count
     * @return in the same order, 0–1
     */
    public static double[] correct(double... probabilities) {
        int[] order = IntStream.range(0, probabilities.length)
                .filter(i -> !Double.isNaN(probabilities[i]))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> probabilities[i]))
                .mapToInt(i -> i)
                .toArray();
        double[] corrected = new double[probabilities.length];
        Arrays.fill(corrected, Double.NaN);
        double largest = 0;
        for (int rank = 0; rank < order.length; rank++) {
            largest = Math.max(largest, Math.min(1, (order.length - rank) * probabilities[order[rank]]));
            corrected[order[rank]] = largest;
        }
        return corrected;
    }
}
