package dev.understudy.evaluation;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Errors of depth over pixels: all pixels of all frames count alike. A pixel is scored where the truth lies in the
 * {@link DepthRange}. There the prediction is clamped to [{@value #FLOOR} m or the range's minimum if that is more,
 * maximum]; one that is not finite counts as the lower end, so no pixel can be avoided by not answering it.
 *
 * <p>Beside them {@link #answered} has the errors over the pixels that were answered: an expert that reads the middle
 * of a frame says nothing of the border, and what it does say can be told only from these. 0 m is no answer, as in
 * {@link DepthMap}, nor is a value that is not finite.
 *
 * <p>Keeps sums; scores divide once and are NaN when nothing was scored. Not safe for use by several threads: give each
 * its own and {@link #merge}.
 */
public final class DepthErrors {
    /** Lowest prediction, in metres: logarithms need one above 0. */
    public static final double FLOOR = 1e-3;

    private static final double DELTA = 1.25;

    private static final int PIXELS = 0;
    private static final int SQUARES = 1;
    private static final int SQUARED_LOGS = 2;
    private static final int RELATIVE = 3;
    private static final int LOGS = 4;
    private static final int SQUARED_RELATIVE = 5;
    private static final int DECIMAL_LOGS = 6;
    /** The first of three, for the powers of {@link #DELTA}. */
    private static final int WITHIN = 7;

    private static final int POWERS = 3;
    /** How many of the sums are over all scored pixels; as many over the answered ones follow. */
    static final int SUMS = WITHIN + POWERS;

    private static final int FRAMES_RMSE = 2 * SUMS;
    private static final int FRAMES = FRAMES_RMSE + 1;
    private static final int ALL = FRAMES + 1;

    private final @Nullable DepthRange range;
    private final double[] sums;

    public DepthErrors(DepthRange range) {
        this(range, new double[ALL]);
    }

    private DepthErrors(@Nullable DepthRange range, double[] sums) {
        this.range = range;
        this.sums = sums;
    }

    /** Over {@link #sums} that were counted before, all or the first ten, to divide them; not a copy. */
    public static DepthErrors view(double[] sums) {
        if (sums.length != SUMS && sums.length != ALL) {
            throw new IllegalArgumentException(sums.length + " sums of depth, expected " + SUMS);
        }
        return new DepthErrors(null, sums);
    }

    /**
     * [22] over the scored pixels, errors in metres: their number; squared errors; squared errors of the natural
     * logarithm; |p − t| ÷ t; errors of the natural logarithm; (p − t)² ÷ t; |log₁₀ p − log₁₀ t|; pixels with a ratio
     * below 1.25, 1.25² and 1.25³; then the same over the answered ones; then the frames that have some of these, their
     * RMSE summed up and their number. Not a copy.
     */
    public double[] sums() {
        return sums;
    }

    /** @throws IllegalArgumentException if the sizes differ */
    public void add(DepthMap truth, DepthMap prediction) {
        if (truth.width() != prediction.width() || truth.height() != prediction.height()) {
            throw new IllegalArgumentException("a prediction of " + prediction.width() + "×" + prediction.height()
                    + " for a truth of " + truth.width() + "×" + truth.height());
        }
        DepthRange scored = Objects.requireNonNull(range, "sums that are only read");
        double lowest = Math.max(FLOOR, scored.minimum());
        double pixels = sums[SUMS + PIXELS];
        double squares = sums[SUMS + SQUARES];
        for (int i = 0; i < truth.metres().length; i++) {
            if (scored.holds(truth.metres()[i])) {
                double metres = prediction.metres()[i];
                boolean finite = Double.isFinite(metres);
                double clamped = finite ? Math.min(Math.max(metres, lowest), scored.maximum()) : lowest;
                add(0, truth.metres()[i], clamped);
                if (finite && metres != 0) {
                    add(SUMS, truth.metres()[i], clamped);
                }
            }
        }
        if (sums[SUMS + PIXELS] > pixels) {
            sums[FRAMES_RMSE] += Math.sqrt((sums[SUMS + SQUARES] - squares) / (sums[SUMS + PIXELS] - pixels));
            sums[FRAMES]++;
        }
    }

    private void add(int first, double truth, double prediction) {
        double difference = prediction - truth;
        double log = Math.log(prediction / truth);
        sums[first + PIXELS]++;
        sums[first + SQUARES] += difference * difference;
        sums[first + RELATIVE] += Math.abs(difference) / truth;
        sums[first + SQUARED_RELATIVE] += difference * difference / truth;
        sums[first + LOGS] += log;
        sums[first + SQUARED_LOGS] += log * log;
        sums[first + DECIMAL_LOGS] += Math.abs(log) / Math.log(10);
        double ratio = Math.max(prediction / truth, truth / prediction);
        double limit = DELTA;
        for (int power = 0; power < POWERS; power++) {
            if (ratio < limit) {
                sums[first + WITHIN + power]++;
            }
            limit *= DELTA;
        }
    }

    public void merge(DepthErrors other) {
        if (!Objects.equals(other.range, range)) {
            throw new IllegalArgumentException("errors over " + other.range + " merged into those over " + range);
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.sums[i];
        }
    }

    private double mean(int sum) {
        return sums[sum] / sums[PIXELS];
    }

    /** Over the answered pixels alone; without any if only the first ten sums were kept. */
    public DepthErrors answered() {
        return new DepthErrors(
                range, sums.length == SUMS ? new double[SUMS] : Arrays.copyOfRange(sums, SUMS, 2 * SUMS));
    }

    /** Share of the scored pixels that have an answer; NaN if only the first ten sums were kept. */
    public double coverage() {
        return sums.length == SUMS ? Double.NaN : sums[SUMS + PIXELS] / sums[PIXELS];
    }

    /**
     * Mean over the frames of each one's own RMSE over its answered pixels, metres: what much of the field's published
     * code calls RMSE, as FastDepth's (Wofk et al., ICRA 2019). Never more than {@link #rmse} over the same pixels, if
     * frames are of one size and measured alike. NaN if only the first ten sums were kept.
     */
    public double rmseByFrame() {
        return sums.length == SUMS ? Double.NaN : sums[FRAMES_RMSE] / sums[FRAMES];
    }

    /** Scored pixels. */
    public long pixels() {
        return (long) sums[PIXELS];
    }

    /** √ mean (p − t)², metres. */
    public double rmse() {
        return Math.sqrt(mean(SQUARES));
    }

    /** √ mean (ln p − ln t)². */
    public double rmseLog() {
        return Math.sqrt(mean(SQUARED_LOGS));
    }

    /** Mean |p − t| ÷ t. */
    public double absoluteRelative() {
        return mean(RELATIVE);
    }

    /** Mean (p − t)² ÷ t, metres. */
    public double squaredRelative() {
        return mean(SQUARED_RELATIVE);
    }

    /** Mean |log₁₀ p − log₁₀ t|. */
    public double log10() {
        return mean(DECIMAL_LOGS);
    }

    /** Scale-invariant: 100 · √ (mean d² − (mean d)²) with d = ln p − ln t, as KITTI reports it. */
    public double scaleInvariantLog() {
        double variance = mean(SQUARED_LOGS) - mean(LOGS) * mean(LOGS);
        // Rounding may leave the variance of a perfect answer a hair below 0
        return 100 * Math.sqrt(variance < 0 ? 0 : variance);
    }

    /** Share of pixels with max(p/t, t/p) &lt; 1.25^power. @param power 1–3 */
    public double delta(int power) {
        return mean(WITHIN + power - 1);
    }
}
