package dev.understudy.evaluation.confidence;

import java.util.ArrayList;
import java.util.List;

/**
 * How wrong the labels are that are kept when only the best are: the risk–coverage curve of a ranking of pixels, and its
 * area. Pixels are ranked by a weight and, where that ties, by a confidence, both 0–1. So a filter's answer is ranked by how
 * much it counts, and a filter that only keeps and drops is ranked by confidence inside what it keeps and, after that,
 * inside what it drops.
 *
 * <p>Ranks are counted in bins: 256 of the weight, even; 2048 of the confidence, even in its log-odds from −4 to 12, which
 * keeps neighbouring stored levels apart and resolves probabilities up to 0.99999. Pixels in one bin are tied; of a tie the
 * expectation over all orders is taken, so the order in which pixels are added makes no difference.
 *
 * <p>Not safe for use by several threads: give each its own and {@link #merge}. Memory: 8 MB.
 */
public final class RiskCoverage {
    private static final int WEIGHTS = 256;
    private static final int CONFIDENCES = 2048;
    private static final double LOWEST = -4;
    private static final double HIGHEST = 12;

    private final long[] total = new long[WEIGHTS * CONFIDENCES];
    private final long[] wrong = new long[WEIGHTS * CONFIDENCES];

    /**
     * A point of the curve.
     *
     * @param coverage share of the pixels that is kept
     * @param risk share of these that is wrong
     */
    public record Point(double coverage, double risk) {}

    /** Counts one pixel. */
    public void add(double weight, double confidence, boolean isRight) {
        int rank = rank(weight, confidence);
        total[rank]++;
        wrong[rank] += isRight ? 0 : 1;
    }

    private static int rank(double weight, double confidence) {
        int w = (int) Math.rint(Math.min(Math.max(weight, 0), 1) * (WEIGHTS - 1));
        double logOdds = Math.log(confidence / (1 - confidence));
        double place = (logOdds - LOWEST) / (HIGHEST - LOWEST);
        int c = confidence >= 1 ? CONFIDENCES - 1 : (int) (Math.min(Math.max(place, 0), 1) * (CONFIDENCES - 1));
        return w * CONFIDENCES + c;
    }

    public void merge(RiskCoverage other) {
        for (int i = 0; i < total.length; i++) {
            total[i] += other.total[i];
            wrong[i] += other.wrong[i];
        }
    }

    public long pixels() {
        long sum = 0;
        for (long count : total) {
            sum += count;
        }
        return sum;
    }

    /**
     * The area under the curve: the mean over n = 1 … N of the risk of the best n pixels, in expectation over ties. NaN
     * without pixels.
     */
    public double area() {
        double area = 0;
        long before = 0;
        double errors = 0;
        for (int rank = total.length - 1; rank >= 0; rank--) {
            long tied = total[rank];
            if (tied > 0) {
                double harmonic = harmonic(before + tied) - harmonic(before);
                // Σ over j = 1 … tied of (errors + wrong·j/tied) / (before + j)
                area += errors * harmonic + wrong[rank] * (1 - before * harmonic / tied);
                before += tied;
                errors += wrong[rank];
            }
        }
        return area / before;
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
        double kept = 0;
        double errors = 0;
        for (int rank = total.length - 1; rank >= 0 && kept < wanted; rank--) {
            if (total[rank] > 0) {
                double share = Math.min(1, (wanted - kept) / total[rank]);
                kept += share * total[rank];
                errors += share * wrong[rank];
            }
        }
        return errors / kept;
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
