package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.evaluation.Metric.Direction;
import dev.understudy.evaluation.Metric.Unit;
import dev.understudy.evaluation.Metric.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What is computed from {@link DepthErrors}, which has the formulas. */
public final class DepthMetrics implements MetricFamily {
    static final String KEY = "depth";

    private static final Set<Use> WATCHED = Set.of(Use.COMPARISON, Use.VALIDATION);
    private static final Set<Use> COMPARED = Set.of(Use.COMPARISON);

    public static final Metric RMSE = error("rmse", "RMSE", "rmse", Unit.METRES, WATCHED, DepthErrors::rmse);
    public static final Metric RMSE_LOG =
            error("rmse-log", "RMSE log", "rmseLog", Unit.NUMBER, COMPARED, DepthErrors::rmseLog);
    public static final Metric ABS_REL =
            error("abs-rel", "abs rel", "absoluteRelative", Unit.NUMBER, WATCHED, DepthErrors::absoluteRelative);
    public static final Metric SQ_REL =
            error("sq-rel", "sq rel", "squaredRelative", Unit.METRES, COMPARED, DepthErrors::squaredRelative);
    public static final Metric LOG10 = error("log10", "log10", "log10", Unit.NUMBER, COMPARED, DepthErrors::log10);
    public static final Metric SILOG =
            error("silog", "SILog", "scaleInvariantLog", Unit.NUMBER, COMPARED, DepthErrors::scaleInvariantLog);
    public static final Metric DELTA1 = delta(1, "δ < 1.25");
    public static final Metric DELTA2 = delta(2, "δ < 1.25²");
    public static final Metric DELTA3 = delta(3, "δ < 1.25³");

    /** Share of the scored pixels that have an answer. */
    public static final Metric COVERAGE = new Metric(
            KEY,
            new Metric.Names("depth-coverage", "answered", "coverage"),
            Unit.SHARE,
            Direction.HIGHER,
            Set.of(),
            (sums, scope) -> DepthErrors.view(sums).coverage());

    /** For comparison with what is published, which takes the mean over frames more often than that over pixels. */
    public static final Metric RMSE_BY_FRAME = error(
            "rmse-by-frame", "RMSE, mean of frames", "rmseByFrame", Unit.METRES, Set.of(), DepthErrors::rmseByFrame);

    private static final List<Metric> OF_ANSWERED = List.of(RMSE, ABS_REL, DELTA1).stream()
            .map(DepthMetrics::ofAnswered)
            .toList();

    /** The same over the answered pixels alone, for reports. */
    private static Metric ofAnswered(Metric metric) {
        return new Metric(
                KEY,
                new Metric.Names(
                        metric.key() + "-answered",
                        metric.names().label() + " there",
                        metric.names().json() + "Answered"),
                metric.unit(),
                metric.direction(),
                Set.of(),
                (sums, scope) -> metric.of(DepthErrors.view(sums).answered().sums(), scope));
    }

    private static Metric error(
            String key, String label, String json, Unit unit, Set<Use> uses, ToDoubleFunction<DepthErrors> formula) {
        return new Metric(
                KEY,
                new Metric.Names(key, label, json),
                unit,
                Direction.LOWER,
                uses,
                (sums, scope) -> formula.applyAsDouble(DepthErrors.view(sums)));
    }

    private static Metric delta(int power, String label) {
        return new Metric(
                KEY,
                new Metric.Names("delta" + power, label, "delta" + power),
                Unit.SHARE,
                Direction.HIGHER,
                COMPARED,
                (sums, scope) -> DepthErrors.view(sums).delta(power));
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public Task task() {
        return Task.DEPTH;
    }

    @Override
    public List<Metric> metrics() {
        List<Metric> all = new ArrayList<>(List.of(
                RMSE, RMSE_LOG, ABS_REL, SQ_REL, LOG10, SILOG, DELTA1, DELTA2, DELTA3, RMSE_BY_FRAME, COVERAGE));
        all.addAll(OF_ANSWERED);
        return List.copyOf(all);
    }

    @Override
    public boolean isAnnotated(FrameRecord frame) {
        return frame.depth() != null;
    }

    @Override
    public boolean isAskedFor(EvaluationOptions options) {
        return options.depthRange() != null;
    }

    @Override
    public double @Nullable [] count(Frame frame, Prediction prediction, EvaluationOptions options) {
        if (prediction.depth() == null) {
            return null;
        }
        DepthErrors errors = new DepthErrors(Objects.requireNonNull(options.depthRange()));
        errors.add(Objects.requireNonNull(frame.depth()), prediction.depth());
        return errors.sums();
    }

    /** Not those over the answered pixels alone: models are compared by what they did everywhere. */
    @Override
    public int kept(EvaluationOptions options) {
        return DepthErrors.SUMS;
    }

    @Override
    public boolean isWorthShowing(Metric metric, Map<Metric, Double> values) {
        return values.get(COVERAGE) != 1 || !(metric.equals(COVERAGE) || OF_ANSWERED.contains(metric));
    }

    @Override
    public double pixels(double[] sums) {
        return DepthErrors.view(sums).pixels();
    }
}
