package dev.understudy.evaluation;

import dev.understudy.evaluation.EvaluationOptions.AbsentClasses;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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

    /** Sums of several frames. Not safe for use by several threads: give each its own and {@link #merge}. */
    public static final class TotalSums {
        private final Map<String, double[]> sums = new TreeMap<>();
        private final Map<String, Integer> frames = new TreeMap<>();

        public static TotalSums of(Iterable<FrameSums> frames) {
            TotalSums total = new TotalSums();
            frames.forEach(total::add);
            return total;
        }

        public void add(FrameSums frame) {
            frame.sums().forEach((family, some) -> add(family, some, 1));
        }

        public void merge(TotalSums other) {
            other.sums.forEach((family, some) -> add(family, some, other.frames(family)));
        }

        void add(String family, double[] some, int count) {
            double[] total = sums.computeIfAbsent(family, key -> new double[some.length]);
            if (total.length != some.length) {
                throw new IllegalArgumentException(some.length + " sums of " + family + " added to " + total.length);
            }
            for (int i = 0; i < total.length; i++) {
                total[i] += some[i];
            }
            frames.merge(family, count, Integer::sum);
        }

        /** Frames that have sums of a family. */
        public int frames(String family) {
            return frames.getOrDefault(family, 0);
        }

        /** Null if no frame has any. Not a copy. */
        public double @Nullable [] of(String family) {
            return sums.get(family);
        }

        /** Over all frames; NaN if no frame has sums for it too. */
        double valueOrNan(Metric metric) {
            Double value = value(metric, AbsentClasses.LEFT_OUT);
            return value == null ? Double.NaN : value;
        }

        /** Over all frames; NaN if it cannot be computed, null if no frame has sums for it. */
        public @Nullable Double value(Metric metric, AbsentClasses absent) {
            double[] total = sums.get(metric.family());
            return total == null ? null : metric.of(total, new Metric.Scope(total, absent));
        }
    }
}
