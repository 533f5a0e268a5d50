package dev.understudy.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.evaluation.EvaluationOptions.AbsentClasses;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

    /** A report for machines: metrics by their names there, shares 0–1, metres, degrees; null where nothing is. */
    public static final class JsonReport {
        private static final ObjectMapper MAPPER = new ObjectMapper();

        private JsonReport() {}

        /** Indented, ends with a line break. */
        public static String of(EvaluationReport report) {
            ObjectNode json = MAPPER.createObjectNode().put("frames", report.frames());
            for (MetricFamily family : Metrics.families()) {
                if (family instanceof SequenceMetricFamily && !report.options().sequences()) {
                    continue;
                }
                report.family(family.key())
                        .ifPresentOrElse(
                                scores -> json.set(family.key(), family(scores, report.options())),
                                () -> json.putNull(family.key()));
            }
            if (report.options().sequences()) {
                ArrayNode scenes = json.putArray("scenes");
                report.scenes().forEach(score -> {
                    ObjectNode row = scenes.addObject().put("scene", score.scene());
                    score.values()
                            .forEach((metric, value) -> put(row, metric.names().json(), value));
                });
            }
            try {
                return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a report that cannot be written: " + report, e);
            }
        }

        private static ObjectNode family(EvaluationReport.Family scores, EvaluationOptions options) {
            ObjectNode json =
                    MAPPER.createObjectNode().put("frames", scores.frames()).put("pixels", scores.pixels());
            scores.values().forEach((metric, value) -> put(json, metric.names().json(), value));
            DepthRange range = options.depthRange();
            if (scores.key().equals(DepthMetrics.KEY) && range != null) {
                json.putObject("range").put("minimum", range.minimum()).put("maximum", range.maximum());
            }
            if (!scores.classes().isEmpty()) {
                json.put("absentClasses", options.absentClasses().name().toLowerCase(Locale.ROOT));
                ArrayNode classes = json.putArray("classes");
                scores.classes().forEach(score -> {
                    ObjectNode row =
                            classes.addObject().put("name", score.name()).put("pixels", score.pixels());
                    put(row, "iou", score.iou());
                    put(row, "accuracy", score.accuracy());
                });
            }
            return json;
        }

        /** JSON has no NaN. */
        private static void put(ObjectNode json, String name, double value) {
            if (Double.isFinite(value)) {
                json.put(name, value);
            } else {
                json.putNull(name);
            }
        }
    }

    /**
     * A report as text for people: one block a family, columns aligned, percentages for shares, a dash where nothing
     * is.
     */
    public static final class TextReport {
        private final StringBuilder text = new StringBuilder();

        private TextReport() {}

        public static String of(EvaluationReport report) {
            TextReport writer = new TextReport();
            report.families().forEach(writer::family);
            writer.scenes(report.scenes());
            return writer.text.toString();
        }

        private void family(EvaluationReport.Family scores) {
            line(
                    "%s (%d %s, %d pixels)%n",
                    scores.key(), scores.frames(), scores.frames() == 1 ? "frame" : "frames", scores.pixels());
            scores.values().forEach((metric, value) -> {
                if (Metrics.family(metric).isWorthShowing(metric, scores.values())) {
                    line("  %-20s %10s%n", metric.names().label(), shown(value, metric.unit()));
                }
            });
            if (!scores.classes().isEmpty()) {
                classes(scores.classes());
            }
        }

        private void scenes(List<EvaluationReport.SceneScore> scenes) {
            if (scenes.isEmpty()) {
                return;
            }
            int width = Math.max(
                    5,
                    scenes.stream()
                            .mapToInt(score -> score.scene().length())
                            .max()
                            .orElse(0));
            StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "  %-" + width + "s", "scene"));
            scenes.get(0)
                    .values()
                    .keySet()
                    .forEach(metric -> head.append(
                            String.format(Locale.ROOT, "  %13s", metric.names().label())));
            text.append(head).append('\n');
            for (EvaluationReport.SceneScore score : scenes) {
                text.append(String.format(Locale.ROOT, "  %-" + width + "s", score.scene()));
                score.values()
                        .forEach((metric, value) ->
                                text.append(String.format(Locale.ROOT, "  %13s", shown(value, metric.unit()))));
                text.append('\n');
            }
        }

        private void classes(List<EvaluationReport.ClassScore> classes) {
            int width = classes.stream()
                    .mapToInt(score -> score.name().length())
                    .max()
                    .orElse(0);
            String format = "  %-" + Math.max(width, 5) + "s  %8s  %8s  %12s%n";
            line(format, "class", "IoU", "accuracy", "pixels");
            for (EvaluationReport.ClassScore score : classes) {
                line(
                        format,
                        score.name(),
                        shown(score.iou(), Metric.Unit.SHARE),
                        shown(score.accuracy(), Metric.Unit.SHARE),
                        score.pixels());
            }
        }

        private void line(String format, Object... values) {
            text.append(String.format(Locale.ROOT, format.replace("%n", "\n"), values));
        }

        private static String shown(double value, Metric.Unit unit) {
            if (Double.isNaN(value)) {
                return "–";
            }
            return switch (unit) {
                case SHARE -> String.format(Locale.ROOT, "%.1f %%", 100 * value);
                case METRES -> String.format(Locale.ROOT, "%.3f m", value);
                case DEGREES -> String.format(Locale.ROOT, "%.3f°", value);
                case NUMBER -> String.format(Locale.ROOT, "%.3f", value);
            };
        }
    }
}
