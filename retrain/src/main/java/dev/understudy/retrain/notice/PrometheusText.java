package dev.understudy.retrain.notice;

import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.Measure;
import dev.understudy.retrain.cycle.Outcome;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A cycle in Prometheus's text format, for the node exporter's folder. Every metric is a gauge and begins with
 * {@code understudy_}; the last of equal name and labels counts.
 */
final class PrometheusText {
    private final SortedMap<String, SortedMap<Labels, Double>> metrics = new TreeMap<>();

    private PrometheusText(CycleRecord record) {
        for (Outcome outcome : Outcome.values()) {
            add(Measure.of("cycle_outcome", Map.of("outcome", outcome.key()), outcome == record.outcome() ? 1 : 0));
        }
        add(Measure.of("cycle_started_timestamp_seconds", seconds(record.startedAt())));
        Instant finished = record.finishedAt();
        if (finished != null) {
            add(Measure.of("cycle_finished_timestamp_seconds", seconds(finished)));
        }
        for (CycleRecord.Step step : record.steps()) {
            add(Measure.of("cycle_step_duration_seconds", Map.of("step", step.name()), step.seconds()));
            step.measures().forEach(this::add);
        }
    }

    static void write(CycleRecord record, OutputStream out) throws IOException {
        MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
        new PrometheusText(record).metrics.forEach((name, values) -> {
            GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name);
            values.forEach((labels, value) -> gauge.dataPoint(
                    GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
            snapshots.metricSnapshot(gauge.build());
        });
        PrometheusTextFormatWriter.create().write(out, snapshots.build());
    }

    private void add(Measure measure) {
        SortedMap<String, String> labels = measure.labels();
        metrics.computeIfAbsent("understudy_" + measure.name(), name -> new TreeMap<>())
                .put(
                        Labels.of(
                                labels.keySet().toArray(String[]::new),
                                labels.values().toArray(String[]::new)),
                        measure.value());
    }

    private static double seconds(Instant instant) {
        return instant.toEpochMilli() / 1000.0;
    }
}
