package dev.understudy.retrain.notice;

import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.Measure;
import dev.understudy.retrain.cycle.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A cycle in Prometheus's text format, for the node exporter's folder. Every metric is a gauge and begins with
 * {@code understudy_}; the last of equal name and labels counts.
 */
final class PrometheusText {
    private PrometheusText() {}

    static String of(CycleRecord record) {
        SortedMap<String, SortedMap<String, Double>> metrics = new TreeMap<>();
        for (Outcome outcome : Outcome.values()) {
            add(
                    metrics,
                    Measure.of("cycle_outcome", Map.of("outcome", outcome.key()), outcome == record.outcome() ? 1 : 0));
        }
        add(metrics, Measure.of("cycle_started_timestamp_seconds", seconds(record.startedAt())));
        Instant finished = record.finishedAt();
        if (finished != null) {
            add(metrics, Measure.of("cycle_finished_timestamp_seconds", seconds(finished)));
        }
        for (CycleRecord.Step step : record.steps()) {
            add(metrics, Measure.of("cycle_step_duration_seconds", Map.of("step", step.name()), step.seconds()));
            step.measures().forEach(measure -> add(metrics, measure));
        }
        return text(metrics);
    }

    private static void add(SortedMap<String, SortedMap<String, Double>> metrics, Measure measure) {
        metrics.computeIfAbsent("understudy_" + measure.name(), name -> new TreeMap<>())
                .put(labels(measure.labels()), measure.value());
    }

    private static String text(SortedMap<String, SortedMap<String, Double>> metrics) {
        List<String> lines = new ArrayList<>();
        metrics.forEach((name, values) -> {
            lines.add("# TYPE " + name + " gauge");
            values.forEach((labels, value) -> lines.add(name + labels + " " + number(value)));
        });
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static String labels(SortedMap<String, String> labels) {
        return labels.isEmpty()
                ? ""
                : labels.entrySet().stream()
                        .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + "\"")
                        .collect(Collectors.joining(",", "{", "}"));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return Double.isNaN(value) ? "NaN" : Double.toString(value);
    }

    private static double seconds(Instant instant) {
        return instant.toEpochMilli() / 1000.0;
    }
}
