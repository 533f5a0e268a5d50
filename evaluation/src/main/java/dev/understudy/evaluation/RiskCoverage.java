package dev.understudy.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * How wrong the labels are that are kept when only the best are: the risk–coverage curve of a ranking of pixels, and
 * its area. Pixels are ranked by a weight and, where that ties, by a confidence, both 0–1. So a filter's answer is
 * ranked by how much it counts, and a filter that only keeps and drops is ranked by confidence inside what it keeps
 * and, after that, inside what it drops.
 *
 * <p>Ranks are counted in bins: 256 of the weight, even; 2048 of the confidence, even in its log-odds from −4 to 12,
 * which keeps neighbouring stored levels apart and resolves probabilities up to 0.99999. Pixels in one bin are tied; of
 * a tie the expectation over all orders is taken, so the order in which pixels are added makes no difference.
 *
 * <p>Not safe for use by several threads: give each its own and {@link #merge}. Memory: 32 KB for each weight that
 * occurs, at most 8 MB.
 */
public final class RiskCoverage {
    private static final int WEIGHTS = 256;
    private static final int CONFIDENCES = 2048;
    private static final double LOWEST = -4;
    private static final double HIGHEST = 12;

    /**
     * By weight, where there are any, and confidence: the number of pixels in the upper half, of wrong ones in the
     * lower.
     */
    private final long[][] counts = new long[WEIGHTS][];

    /**
     * A point of the curve.
     *
     * @param coverage share of the pixels that is kept
     * @param risk share of these that is wrong
     */
    public record Point(double coverage, double risk) {}

    /** Counts one pixel. */
    public void add(double weight, double confidence, boolean isRight) {
        int w = (int) Math.rint(Math.min(Math.max(weight, 0), 1) * (WEIGHTS - 1));
        if (counts[w] == null) {
            counts[w] = new long[2 * CONFIDENCES];
        }
        int c = confidenceBin(confidence);
        counts[w][CONFIDENCES + c]++;
        counts[w][c] += isRight ? 0 : 1;
    }

    private static int confidenceBin(double confidence) {
        if (confidence >= 1) {
            return CONFIDENCES - 1;
        }
        double logOdds = Math.log(confidence / (1 - confidence));
        double place = (logOdds - LOWEST) / (HIGHEST - LOWEST);
        return (int) (Math.min(Math.max(place, 0), 1) * (CONFIDENCES - 1));
    }

    public void merge(RiskCoverage other) {
        for (int w = 0; w < WEIGHTS; w++) {
            if (other.counts[w] != null) {
                if (counts[w] == null) {
                    counts[w] = new long[2 * CONFIDENCES];
                }
                for (int i = 0; i < counts[w].length; i++) {
                    counts[w][i] += other.counts[w][i];
                }
            }
        }
    }

    /** Pixels of equal rank, best first. */
    private interface Ties {
        void accept(long pixels, long wrong);
    }

    private void descend(Ties ties) {
        for (int w = WEIGHTS - 1; w >= 0; w--) {
            for (int c = CONFIDENCES - 1; counts[w] != null && c >= 0; c--) {
                if (counts[w][CONFIDENCES + c] > 0) {
                    ties.accept(counts[w][CONFIDENCES + c], counts[w][c]);
                }
            }
        }
    }

    public long pixels() {
        long[] sum = {0};
        descend((pixels, wrong) -> sum[0] += pixels);
        return sum[0];
    }

    /**
     * The area under the curve: the mean over n = 1 … N of the risk of the best n pixels, in expectation over ties. NaN
     * without pixels.
     */
    public double area() {
        Area area = new Area();
        descend(area);
        return area.sum / area.before;
    }

    private static final class Area implements Ties {
        private double sum;
        private double errors;
        private long before;

        /** Adds Σ over j = 1 … pixels of (errors + wrong·j/pixels) / (before + j). */
        @Override
        public void accept(long pixels, long wrong) {
            double harmonic = harmonic(before + pixels) - harmonic(before);
            sum += errors * harmonic + wrong * (1 - before * harmonic / pixels);
            before += pixels;
            errors += wrong;
        }
    }

    /** 1 + 1/2 + … + 1/n. */
    private static double harmonic(long n) {
        if (n > 64) {
            double inverse = 1.0 / n;
            return Math.log(n) + 0.57721566490153286 + inverse / 2 - inverse * inverse / 12;
        }
        double sum = 0;
        for (int i = 1; i <= n; i++) {
            sum += 1.0 / i;
        }
        return sum;
    }

    /** Share of wrong labels among the best {@code coverage} of the pixels; NaN without pixels. */
    public double risk(double coverage) {
        double wanted = coverage * pixels();
        double[] sums = {0, 0};
        descend((pixels, wrong) -> {
            double share = Math.min(1, Math.max(0, wanted - sums[0]) / pixels);
            sums[0] += share * pixels;
            sums[1] += share * wrong;
        });
        return sums[1] / sums[0];
    }

    /** Risk at {@code points} even steps of coverage up to 1. */
    public List<Point> curve(int points) {
        List<Point> curve = new ArrayList<>();
        for (int i = 1; i <= points; i++) {
            double coverage = (double) i / points;
            curve.add(new Point(coverage, risk(coverage)));
        }
        return curve;
    }
}
