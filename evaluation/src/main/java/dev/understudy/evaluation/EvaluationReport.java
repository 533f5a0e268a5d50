package dev.understudy.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an evaluation found.
 *
 * @param frames with something to score
 * @param options by which it was scored
 * @param families that were scored, in the order of {@link Metrics#families}
 * @param scenes sorted by name; empty unless sequences were asked for
 */
public record EvaluationReport(int frames, EvaluationOptions options, List<Family> families, List<SceneScore> scenes) {
    public EvaluationReport {
        scenes = List.copyOf(scenes);
        families = List.copyOf(families);
    }

    /**
     * One family of metrics.
     *
     * @param key of the {@link MetricFamily}
     * @param frames that have truth for it
     * @param pixels scored
     * @param values of all its metrics, in their order; NaN where nothing could be scored
     * @param classes in index order; empty for families that know no classes
     */
    public record Family(String key, int frames, long pixels, Map<Metric, Double> values, List<ClassScore> classes) {
        public Family {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
            classes = List.copyOf(classes);
        }
    }

    /**
     * How one class did.
     *
     * @param pixels answered pixels that truly are of the class
     * @param iou 0–1; NaN when neither truth nor prediction has the class
     * @param accuracy 0–1; NaN when the truth does not have it
     */
    public record ClassScore(String name, long pixels, double iou, double accuracy) {}

    /**
     * How steady predictions stay in one scene.
     *
     * @param values of all metrics of families that look at sequences; NaN where nothing could be scored
     */
    public record SceneScore(String scene, Map<Metric, Double> values) {
        public SceneScore {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    static EvaluationReport of(int frames, TotalSums total, Map<String, TotalSums> byScene, EvaluationOptions options) {
        List<Family> families = new ArrayList<>();
        for (MetricFamily family : Metrics.families()) {
            double[] sums = total.of(family.key());
            if (sums != null) {
                Map<Metric, Double> values = new LinkedHashMap<>();
                for (Metric metric : family.metrics()) {
                    values.put(metric, metric.of(sums, new Metric.Scope(sums, options.absentClasses())));
                }
                families.add(new Family(
                        family.key(),
                        total.frames(family.key()),
                        (long) family.pixels(sums),
                        values,
                        family.classes(sums, options.classNames())));
            }
        }
        List<SceneScore> scenes = new ArrayList<>();
        byScene.forEach((scene, sums) -> {
            Map<Metric, Double> values = new LinkedHashMap<>();
            families.stream()
                    .flatMap(family -> family.values().keySet().stream())
                    .filter(metric -> Metrics.family(metric) instanceof SequenceMetricFamily)
                    .forEach(metric -> values.put(metric, sums.valueOrNan(metric)));
            if (values.values().stream().anyMatch(Double::isFinite)) {
                scenes.add(new SceneScore(scene, values));
            }
        });
        return new EvaluationReport(frames, options, families, scenes);
    }

    public Optional<Family> family(String key) {
        return families.stream().filter(family -> family.key().equals(key)).findFirst();
    }

    /** NaN where nothing could be scored, and where the metric's family was not scored at all. */
    public double value(Metric metric) {
        return family(metric.family())
                .map(family -> family.values().get(metric))
                .orElse(Double.NaN);
    }

    public boolean has(Metric metric) {
        return family(metric.family()).isPresent();
    }

    /** IoU and accuracy by class; empty if segmentation was not scored. */
    public List<ClassScore> classes() {
        return family(SegmentationMetrics.KEY).map(Family::classes).orElse(List.of());
    }
}
