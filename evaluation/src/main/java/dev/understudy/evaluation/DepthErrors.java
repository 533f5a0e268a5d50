package dev.understudy.evaluation;

import dev.understudy.dataset.image.DepthMap;

/**
 * Errors of depth over pixels: all pixels of all frames count alike. A pixel is scored where the truth lies in the
 * {@link DepthRange}. There the prediction is clamped to [{@value #FLOOR} m or the range's minimum if that is more,
 * maximum]; one that is not finite counts as the lower end, so no pixel can be avoided by not answering it.
 *
 * <p>Keeps sums; scores divide once and are NaN when nothing was scored. Not safe for use by several threads: give each
 * its own and {@link #merge}.
 */
public final class DepthErrors {
    /** Lowest prediction, in metres: logarithms need one above 0. */
    public static final double FLOOR = 1e-3;

    private static final double DELTA = 1.25;

    private final DepthRange range;
    private final double lowest;
    private long pixels;
    private double squares;
    private double relative;
    private double squaredRelative;
    private double logs;
    private double squaredLogs;
    private double decimalLogs;
    private final long[] within = new long[3];

    public DepthErrors(DepthRange range) {
        this.range = range;
        this.lowest = Math.max(FLOOR, range.minimum());
    }

    /** @throws IllegalArgumentException if the sizes differ */
    public void add(DepthMap truth, DepthMap prediction) {
        if (truth.width() != prediction.width() || truth.height() != prediction.height()) {
            throw new IllegalArgumentException("a prediction of " + prediction.width() + "×" + prediction.height()
                    + " for a truth of " + truth.width() + "×" + truth.height());
        }
        for (int i = 0; i < truth.metres().length; i++) {
            if (range.holds(truth.metres()[i])) {
                add(truth.metres()[i], clamp(prediction.metres()[i]));
            }
        }
    }

    private double clamp(double metres) {
        return Double.isFinite(metres) ? Math.min(Math.max(metres, lowest), range.maximum()) : lowest;
    }

    private void add(double truth, double prediction) {
        double difference = prediction - truth;
        double log = Math.log(prediction / truth);
        pixels++;
        squares += difference * difference;
        relative += Math.abs(difference) / truth;
        squaredRelative += difference * difference / truth;
        logs += log;
        squaredLogs += log * log;
        decimalLogs += Math.abs(log) / Math.log(10);
        double ratio = Math.max(prediction / truth, truth / prediction);
        double limit = DELTA;
        for (int power = 0; power < within.length; power++) {
            if (ratio < limit) {
                within[power]++;
            }
            limit *= DELTA;
        }
    }

    public void merge(DepthErrors other) {
        if (!other.range.equals(range)) {
            throw new IllegalArgumentException("errors over " + other.range + " merged into those over " + range);
        }
        pixels += other.pixels;
        squares += other.squares;
        relative += other.relative;
        squaredRelative += other.squaredRelative;
        logs += other.logs;
        squaredLogs += other.squaredLogs;
        decimalLogs += other.decimalLogs;
        for (int power = 0; power < within.length; power++) {
            within[power] += other.within[power];
        }
    }

    public DepthRange range() {
        return range;
    }

    /** Scored pixels. */
    public long pixels() {
        return pixels;
    }

    /** √ mean (p − t)², metres. */
    public double rmse() {
        return Math.sqrt(squares / pixels);
    }

    /** √ mean (ln p − ln t)². */
    public double rmseLog() {
        return Math.sqrt(squaredLogs / pixels);
    }

    /** Mean |p − t| ÷ t. */
    public double absoluteRelative() {
        return relative / pixels;
    }

    /** Mean (p − t)² ÷ t, metres. */
    public double squaredRelative() {
        return squaredRelative / pixels;
    }

    /** Mean |log₁₀ p − log₁₀ t|. */
    public double log10() {
        return decimalLogs / pixels;
    }

    /** Scale-invariant: 100 · √ (mean d² − (mean d)²) with d = ln p − ln t, as KITTI reports it. */
    public double scaleInvariantLog() {
        double mean = logs / pixels;
        // Rounding may leave the variance of a perfect answer a hair below 0
        return 100 * Math.sqrt(squaredLogs / pixels < mean * mean ? 0 : squaredLogs / pixels - mean * mean);
    }

    /** Share of pixels with max(p/t, t/p) &lt; 1.25^power. @param power 1–3 */
    public double delta(int power) {
        return pixels == 0 ? Double.NaN : (double) within[power - 1] / pixels;
    }
}
