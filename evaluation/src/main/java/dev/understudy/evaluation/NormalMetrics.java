package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.evaluation.Metric.Direction;
import dev.understudy.evaluation.Metric.Unit;
import dev.understudy.evaluation.Metric.Use;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What is computed from {@link NormalErrors}, which has the formulas. */
public final class NormalMetrics implements MetricFamily {
    static final String KEY = "normals";

    private static final Set<Use> COMPARED = Set.of(Use.COMPARISON);

    public static final Metric MEAN_ANGLE = angle(
            new Metric.Names("mean-angle", "mean", "mean"), Set.of(Use.COMPARISON, Use.VALIDATION), NormalErrors::mean);
    /** Needs the histogram of all angles, which is not kept of every frame. */
    public static final Metric MEDIAN_ANGLE =
            angle(new Metric.Names("median-angle", "median", "median"), Set.of(Use.VALIDATION), NormalErrors::median);

    public static final Metric RMSE_ANGLE =
            angle(new Metric.Names("rmse-angle", "RMSE", "rmse"), COMPARED, NormalErrors::rmse);
    public static final Metric WITHIN_11 = share("within-11", "below 11.25°", "within11", NormalErrors::within11);
    public static final Metric WITHIN_22 = share("within-22", "below 22.5°", "within22", NormalErrors::within22);
    public static final Metric WITHIN_30 = share("within-30", "below 30°", "within30", NormalErrors::within30);

    private static Metric angle(Metric.Names names, Set<Use> uses, ToDoubleFunction<NormalErrors> formula) {
        return new Metric(
                KEY,
                names,
                Unit.DEGREES,
                Direction.LOWER,
                uses,
                (sums, scope) -> formula.applyAsDouble(NormalErrors.view(sums)));
    }

    private static Metric share(String key, String label, String json, ToDoubleFunction<NormalErrors> formula) {
        return new Metric(
                KEY,
                new Metric.Names(key, label, json),
                Unit.SHARE,
                Direction.HIGHER,
                COMPARED,
                (sums, scope) -> formula.applyAsDouble(NormalErrors.view(sums)));
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public Task task() {
        return Task.NORMALS;
    }

    @Override
    public List<Metric> metrics() {
        return List.of(MEAN_ANGLE, MEDIAN_ANGLE, RMSE_ANGLE, WITHIN_11, WITHIN_22, WITHIN_30);
    }

    @Override
    public boolean isAnnotated(FrameRecord frame) {
        return frame.normals() != null;
    }

    @Override
    public boolean isAskedFor(EvaluationOptions options) {
        return options.normals();
    }

    @Override
    public double @Nullable [] count(Frame frame, Prediction prediction, EvaluationOptions options) {
        if (prediction.normals() == null) {
            return null;
        }
        NormalErrors errors = new NormalErrors();
        errors.add(Objects.requireNonNull(frame.normals()), prediction.normals());
        return errors.sums();
    }

    @Override
    public int kept(EvaluationOptions options) {
        return NormalErrors.WITHOUT_HISTOGRAM;
    }

    @Override
    public double pixels(double[] sums) {
        return NormalErrors.view(sums).pixels();
    }

    /**
     * Angles between true and predicted surface normals, in degrees, over all pixels whose truth has one. A prediction
     * need not have unit length; one of no length or that is not finite counts as 90°.
     *
     * <p>Keeps sums and a histogram; scores divide once and are NaN when nothing was scored. Mean, RMSE and shares are
     * exact, the median is that of bins of {@value #BIN}°, read at the middle of its bin. Not safe for use by several
     * threads: give each its own and {@link #merge}.
     */
    static final class NormalErrors {
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
         * Over the scored pixels: their number; angles; squared angles; pixels below 11.25°, 22.5° and 30°; then the
         * histogram of angles. Not a copy.
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
}
