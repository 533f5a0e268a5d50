package dev.understudy.evaluation;

import dev.understudy.dataset.image.NormalMap;

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

    /** So many of the sums, the first ones, are those of everything but the median. */
    static final int WITHOUT_HISTOGRAM = 6;

    private static final double[] LIMITS = {11.25, 22.5, 30};
    private static final int BINS = 18_001;
    private static final int PIXELS = 0;
    private static final int ANGLES = 1;
    private static final int SQUARES = 2;
    /** The first of three, for the limits. */
    private static final int WITHIN = 3;

    private final double[] sums;

    public NormalErrors() {
        this(new double[WITHOUT_HISTOGRAM + BINS]);
    }

    private NormalErrors(double[] sums) {
        this.sums = sums;
    }

    /** Over {@link #sums} that were counted before, with or without the histogram; not a copy. */
    public static NormalErrors view(double[] sums) {
        if (sums.length != WITHOUT_HISTOGRAM && sums.length != WITHOUT_HISTOGRAM + BINS) {
            throw new IllegalArgumentException(sums.length + " sums of normals, expected " + WITHOUT_HISTOGRAM);
        }
        return new NormalErrors(sums);
    }

    /**
     * Over the scored pixels: their number; angles; squared angles; pixels below 11.25°, 22.5° and 30°; then the histogram of
     * angles. Not a copy.
     */
    public double[] sums() {
        return sums;
    }

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
        sums[PIXELS]++;
        sums[ANGLES] += angle;
        sums[SQUARES] += angle * angle;
        sums[WITHOUT_HISTOGRAM + (int) Math.min(angle / BIN, BINS - 1)]++;
        for (int limit = 0; limit < LIMITS.length; limit++) {
            if (angle < LIMITS[limit]) {
                sums[WITHIN + limit]++;
            }
        }
    }

    public void merge(NormalErrors other) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.sums[i];
        }
    }

    /** Scored pixels. */
    public long pixels() {
        return (long) sums[PIXELS];
    }

    public double mean() {
        return sums[ANGLES] / sums[PIXELS];
    }

    public double rmse() {
        return Math.sqrt(sums[SQUARES] / sums[PIXELS]);
    }

    /** To within half a bin; NaN without the histogram. */
    public double median() {
        double below = 0;
        for (int bin = 0; bin < sums.length - WITHOUT_HISTOGRAM; bin++) {
            below += sums[WITHOUT_HISTOGRAM + bin];
            if (2 * below >= sums[PIXELS] && below > 0) {
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
        return sums[WITHIN + limit] / sums[PIXELS];
    }
}
