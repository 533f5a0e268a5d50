package dev.understudy.retrain;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.files.AtomicFile;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells others how a cycle ended. What fails here is told and changes nothing about the cycle. */
public final class Notices {
    private final NoticeConfiguration configuration;
    private final Consumer<String> tell;

    public Notices(NoticeConfiguration configuration, Consumer<String> tell) {
        this.configuration = configuration;
        this.tell = tell;
    }

    /** @param cycleJson the record's file */
    public void send(CycleRecord record, Path cycleJson) throws InterruptedException {
        Path prometheus = configuration.prometheus();
        if (prometheus != null) {
            attempt(
                    "prometheus file " + prometheus,
                    () -> AtomicFile.write(prometheus, out -> PrometheusText.write(record, out)));
        }
        if (!configuration.on().contains(record.outcome())) {
            return;
        }
        String webhook = configuration.webhook();
        if (webhook != null) {
            attempt("web hook", () -> post(URI.create(webhook), cycleJson));
        }
        if (!configuration.command().isEmpty()) {
            attempt("command " + configuration.command().get(0), () -> call(record, cycleJson));
        }
    }

    private void post(URI address, Path cycleJson) throws IOException, InterruptedException {
        Duration timeout = Duration.ofSeconds(configuration.timeoutSeconds());
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofFile(cycleJson))
                .build();
        int status = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .build()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
        if (status / 100 != 2) {
            throw new IOException("the answer was status " + status + ", expected 2xx");
        }
    }

    private void call(CycleRecord record, Path cycleJson) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(configuration.command())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(cycleJson.toFile());
        builder.environment().put("UNDERSTUDY_OUTCOME", record.outcome().key());
        builder.environment().put("UNDERSTUDY_CYCLE", cycleJson.toAbsolutePath().toString());
        Process process = builder.start();
        try {
            if (!process.waitFor(configuration.timeoutSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("it did not end within " + configuration.timeoutSeconds() + " s and was ended");
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException("it ended with exit code " + process.exitValue());
        }
    }

    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    private void attempt(String what, Action action) throws InterruptedException {
        try {
            action.run();
        } catch (IOException | RuntimeException e) {
            tell.accept(what + " failed: " + e);
        }
    }

    /**
     * A cycle in Prometheus's text format, for the node exporter's folder. Every metric is a gauge and begins with
     * {@code understudy_}; the last of equal name and labels counts.
     */
    private static final class PrometheusText {
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
                values.forEach((labels, value) -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build()));
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

    /**
     * Who is told how a cycle ended.
     *
     * @param on the outcomes that the web hook and the command are told of; the Prometheus file always
     * @param webhook gets {@code cycle.json} by POST; http or https
     * @param command and its arguments, with {@code UNDERSTUDY_OUTCOME} and {@code UNDERSTUDY_CYCLE} (path of
     *     {@code cycle.json}) in its environment; no shell is involved
     * @param prometheus file in the folder that the node exporter reads; its name ends in {@code .prom}
     * @param timeoutSeconds for the web hook and the command
     */
    public record NoticeConfiguration(
            @Default("[promoted, not-promoted, stopped, failed]")
            List<Outcome> on,

            @Nullable String webhook,
            @Default("[]") List<String> command,
            @Nullable Path prometheus,
            @Default("30") int timeoutSeconds) {
        private static final int HIGHEST_PORT = 65535;

        public NoticeConfiguration {
            new Checks()
                    .that(
                            webhook == null || isWeb(webhook),
                            "webhook",
                            "must be an http or https address with a host and,"
                                    + " if any, a port from 1 to 65535, without a user's name")
                    .that(
                            prometheus == null || prometheus.toString().endsWith(".prom"),
                            "prometheus",
                            "must end in .prom, or the node exporter does not read it")
                    .inRange("timeoutSeconds", timeoutSeconds, 1, 3600)
                    .verify();
        }

        private static boolean isWeb(String address) {
            try {
                // Builds the request that will be sent, which knows what it cannot reach.
                URI uri = HttpRequest.newBuilder(URI.create(address)).build().uri();
                return uri.getUserInfo() == null && uri.getPort() != 0 && uri.getPort() <= HIGHEST_PORT;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }
}
