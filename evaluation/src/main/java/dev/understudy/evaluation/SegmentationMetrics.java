package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.evaluation.Metric.Direction;
import dev.understudy.evaluation.Metric.Formula;
import dev.understudy.evaluation.Metric.Unit;
import dev.understudy.evaluation.Metric.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What is computed from {@link ClassCounts}. */
public final class SegmentationMetrics implements MetricFamily {
    static final String KEY = "segmentation";

    /** Mean over the classes of the truth of intersection over union. */
    public static final Metric MIOU = share(
            new Metric.Names("miou", "mIoU", "meanIou"),
            Set.of(Use.COMPARISON, Use.VALIDATION),
            (sums, scope) -> ClassCounts.view(sums)
                    .meanIou(ClassCounts.view(scope.whole()).presence(), scope.absent()));
    /** Share of the answered pixels that is right. */
    public static final Metric PIXEL_ACCURACY = share(
            "pixel-accuracy",
            "pixel accuracy",
            "pixelAccuracy",
            Set.of(Use.COMPARISON, Use.VALIDATION),
            ClassCounts::pixelAccuracy);
    /** Mean over the classes that the frames have of the share that is right. */
    public static final Metric MEAN_CLASS_ACCURACY = share(
            "mean-class-accuracy",
            "mean class accuracy",
            "meanClassAccuracy",
            Set.of(Use.COMPARISON),
            ClassCounts::meanClassAccuracy);
    /** Share of the pixels with a true class that have an answer. */
    public static final Metric COVERAGE = share("coverage", "answered", "coverage", Set.of(), ClassCounts::coverage);

    private static Metric share(Metric.Names names, Set<Use> uses, Formula formula) {
        return new Metric(KEY, names, Unit.SHARE, Direction.HIGHER, uses, formula);
    }

    private static Metric share(
            String key, String label, String json, Set<Use> uses, ToDoubleFunction<ClassCounts> formula) {
        return share(
                new Metric.Names(key, label, json),
                uses,
                (sums, scope) -> formula.applyAsDouble(ClassCounts.view(sums)));
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public Task task() {
        return Task.SEGMENTATION;
    }

    @Override
    public List<Metric> metrics() {
        return List.of(MIOU, PIXEL_ACCURACY, MEAN_CLASS_ACCURACY, COVERAGE);
    }

    @Override
    public boolean isAnnotated(FrameRecord frame) {
        return frame.segmentation() != null;
    }

    @Override
    public boolean isAskedFor(EvaluationOptions options) {
        return !options.classNames().isEmpty();
    }

    @Override
    public double @Nullable [] count(Frame frame, Prediction prediction, EvaluationOptions options) {
        if (prediction.segmentation() == null) {
            return null;
        }
        ClassCounts counts = new ClassCounts(options.classNames().size());
        counts.add(Objects.requireNonNull(frame.segmentation()), prediction.segmentation());
        return counts.sums();
    }

    @Override
    public boolean isWorthShowing(Metric metric, Map<Metric, Double> values) {
        return !metric.equals(COVERAGE) || values.get(COVERAGE) != 1;
    }

    @Override
    public double pixels(double[] sums) {
        return ClassCounts.view(sums).annotated();
    }

    @Override
    public List<EvaluationReport.ClassScore> classes(double[] sums, List<String> classNames) {
        ClassCounts counts = ClassCounts.view(sums);
        if (classNames.size() != counts.classes()) {
            throw new IllegalArgumentException(classNames.size() + " names for " + counts.classes() + " classes");
        }
        List<EvaluationReport.ClassScore> classes = new ArrayList<>();
        for (int index = 0; index < counts.classes(); index++) {
            classes.add(new EvaluationReport.ClassScore(
                    classNames.get(index), counts.truthPixels(index), counts.iou(index), counts.classAccuracy(index)));
        }
        return List.copyOf(classes);
    }
}
