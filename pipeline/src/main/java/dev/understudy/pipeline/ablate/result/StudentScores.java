package dev.understudy.pipeline.ablate.result;

import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.SegmentationMetrics;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one student came to on the test frames.
 *
 * @param metrics by {@link Metric#key}; those of a task that the student does not do are missing
 * @param iou by class, of the classes that student or truth have
 * @param steps it learned
 */
public record StudentScores(SortedMap<String, Double> metrics, Map<String, Double> iou, long steps) {
    public StudentScores {
        metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    }

    public static StudentScores of(EvaluationReport report, long steps) {
        SortedMap<String, Double> metrics = new TreeMap<>();
        report.families()
                .forEach(family -> family.values().forEach((metric, value) -> metrics.put(metric.key(), value)));
        Map<String, Double> iou = new TreeMap<>();
        report.classes().stream()
                .filter(score -> !Double.isNaN(score.iou()))
                .forEach(score -> iou.put(score.name(), score.iou()));
        return new StudentScores(metrics, iou, steps);
    }

    /** Null if it was not scored. */
    public @Nullable Double value(Metric metric) {
        return metrics.get(metric.key());
    }

    /** 0–1; every student has one. */
    public double meanIou() {
        return Objects.requireNonNull(value(SegmentationMetrics.MIOU));
    }
}
