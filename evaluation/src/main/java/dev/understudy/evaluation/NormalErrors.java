package dev.understudy.evaluation;

import dev.understudy.dataset.image.NormalMap;
import java.util.Arrays;

/**
 * Angles between true and predicted surface normals, in degrees, over all pixels whose truth has one. A prediction need
 * not have unit length; one of no length or that is not finite counts as 90°.
 *
 * <p>Keeps sums and a histogram; scores divide once and are NaN when nothing was scored. Mean, RMSE and shares are exact,
 * the median is that of bins of {@value #BIN}°, read at the middle of its bin. Not safe for use by several threads: give
 * each its own and {@link #merge}.
 */
public final class NormalErrors {
    /** Width of a bin of the histogram, in degrees. */
    public static final double BIN = 0.01;

    private static final double[] LIMITS = {11.25, 22.5, 30};
    private static final int BINS = 18_001;

    private final long[] histogram = new long[BINS];
    private final long[] within = new long[LIMITS.length];
    private long pixels;
    private double angles;
    private double squares;

    /** @throws IllegalArgumentException if the sizes differ */
    public void add(NormalMap truth, NormalMap prediction) {
        if (truth.width() != prediction.width() || truth.height() != prediction.height()) {
            throw new IllegalArgumentException("a prediction of " + prediction.width() + "×" + prediction.height()
                    + " for a truth of " + truth.width() + "×" + truth.height());
        }
        float[] t = truth.xyz();
        for (int i = 0; i < t.length; i += 3) {
            if (t[i] != 0 || t[i + 1] != 0 || t[i + 2] != 0) {
                add(angle(t, prediction.xyz(), i));
            }
        }
    }

    /** By the arc tangent, which is exact near 0° and 180° where the arc cosine is not. */
    private static double angle(float[] truth, float[] prediction, int i) {
        double tx = truth[i];
        double ty = truth[i + 1];
        double tz = truth[i + 2];
        double px = prediction[i];
        double py = prediction[i + 1];
        double pz = prediction[i + 2];
        double cx = ty * pz - tz * py;
        double cy = tz * px - tx * pz;
        double cz = tx * py - ty * px;
        double sine = Math.sqrt(cx * cx + cy * cy + cz * cz);
        double cosine = tx * px + ty * py + tz * pz;
        boolean directed = Double.isFinite(cosine) && Double.isFinite(sine) && (sine != 0 || cosine != 0);
        return directed ? Math.toDegrees(Math.atan2(sine, cosine)) : 90;
    }

    private void add(double angle) {
        pixels++;
        angles += angle;
        squares += angle * angle;
        histogram[(int) Math.min(angle / BIN, BINS - 1)]++;
        for (int limit = 0; limit < LIMITS.length; limit++) {
            if (angle < LIMITS[limit]) {
                within[limit]++;
            }
        }
    }

    public void merge(NormalErrors other) {
        pixels += other.pixels;
        angles += other.angles;
        squares += other.squares;
        Arrays.setAll(histogram, bin -> histogram[bin] + other.histogram[bin]);
        Arrays.setAll(within, limit -> within[limit] + other.within[limit]);
    }

    /** Scored pixels. */
    public long pixels() {
        return pixels;
    }

    public double mean() {
        return angles / pixels;
    }

    public double rmse() {
        return Math.sqrt(squares / pixels);
    }

    /** To within half a bin. */
    public double median() {
        long below = 0;
        for (int bin = 0; bin < BINS; bin++) {
            below += histogram[bin];
            if (2 * below >= pixels && below > 0) {
                return (bin + 0.5) * BIN;
            }
        }
        return Double.NaN;
    }

    /** Share of pixels below 11.25°. */
    public double within11() {
        return share(0);
    }

    /** Share of pixels below 22.5°. */
    public double within22() {
        return share(1);
    }

    /** Share of pixels below 30°. */
    public double within30() {
        return share(2);
    }

    private double share(int limit) {
        return pixels == 0 ? Double.NaN : (double) within[limit] / pixels;
    }
}
