package dev.understudy.retrain.measure;

import java.util.function.ToDoubleBiFunction;

/** How far two histograms with the same bins are apart; 0 = their shares are the same. */
public enum Divergence {
    /**
     * Population stability index: Σ (q − p)·ln(q / p) over the bins' shares p (reference) and q (new), symmetric,
     * without an upper bound. Shares below 1e-4 count as 1e-4, so that an empty bin is dear and not infinite. Custom:
     * below 0.1 the same, above 0.25 another population.
     */
    PSI(Divergence::stabilityIndex),
    /** Jensen–Shannon divergence to base 2, symmetric, 0–1. */
    JENSEN_SHANNON(Divergence::jensenShannon);

    private static final double SMALLEST_SHARE = 1e-4;

    private final ToDoubleBiFunction<double[], double[]> ofShares;

    Divergence(ToDoubleBiFunction<double[], double[]> ofShares) {
        this.ofShares = ofShares;
    }

    /**
     * @param reference counts; not all 0
     * @param current counts of the same bins; not all 0
     */
    public double between(long[] reference, long[] current) {
        if (reference.length != current.length) {
            throw new IllegalArgumentException(
                    "histograms of " + reference.length + " and " + current.length + " bins cannot be compared");
        }
        return ofShares.applyAsDouble(shares(reference), shares(current));
    }

    private static double stabilityIndex(double[] reference, double[] current) {
        double sum = 0;
        for (int bin = 0; bin < reference.length; bin++) {
            double p = Math.max(reference[bin], SMALLEST_SHARE);
            double q = Math.max(current[bin], SMALLEST_SHARE);
            sum += (q - p) * Math.log(q / p);
        }
        return sum;
    }

    private static double jensenShannon(double[] reference, double[] current) {
        double sum = 0;
        for (int bin = 0; bin < reference.length; bin++) {
            double middle = (reference[bin] + current[bin]) / 2;
            sum += (part(reference[bin], middle) + part(current[bin], middle)) / 2;
        }
        // Rounding may leave a hair less than nothing.
        return Math.min(1, Math.max(0, sum));
    }

    private static double part(double share, double middle) {
        return share == 0 ? 0 : share * Math.log(share / middle) / Math.log(2);
    }

    private static double[] shares(long[] counts) {
        double total = 0;
        for (long count : counts) {
            if (count < 0) {
                throw new IllegalArgumentException("a count of " + count);
            }
            total += count;
        }
        if (total == 0) {
            throw new IllegalArgumentException("a histogram of nothing");
        }
        double[] shares = new double[counts.length];
        for (int bin = 0; bin < counts.length; bin++) {
            shares[bin] = counts[bin] / total;
        }
        return shares;
    }
}
