package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Prediction;
import dev.understudy.dataset.frame.Task;
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
}
