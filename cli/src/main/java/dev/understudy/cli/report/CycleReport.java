package dev.understudy.cli.report;

import dev.understudy.cli.report.CycleReport.FrameGains.FrameGain;
import dev.understudy.evaluation.DepthMetrics;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.Metrics;
import dev.understudy.evaluation.PairedBootstrap.Interval;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.StrictJson;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.gate.MeasuredSet;
import dev.understudy.retrain.gate.Verdict;
import dev.understudy.retrain.gate.Verdict.Finding;
import dev.understudy.retrain.measure.DriftWatch.DriftReport;
import dev.understudy.retrain.measure.EvaluationSet;
import dev.understudy.retrain.measure.StudentNetwork;
import dev.understudy.retrain.registry.ModelVersion.EvaluationScores;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.retrain.step.FilterStep;
import dev.understudy.retrain.step.FilterStep.KeptLabels;
import dev.understudy.retrain.step.JudgeStep;
import dev.understudy.retrain.step.MeasureStep;
import dev.understudy.retrain.step.StudentRecipe;
import dev.understudy.retrain.step.WatchStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code report.html} of a cycle: what came in, what was kept, both models side by side; and {@code frames/}, pages of
 * frames.
 */
public final class CycleReport {
    /** Shown of those that got worse, and of those that got better. */
    private static final int MOST_FRAMES = 12;

    private static final int PER_PAGE = 12;

    private final StudentRecipe recipe;
    private final Map<String, EvaluationSet> sets;
    private final Registry registry;

    public CycleReport(StudentRecipe recipe, Map<String, EvaluationSet> sets, Registry registry) {
        this.recipe = recipe;
        this.sets = sets;
        this.registry = registry;
    }

    /** A measure by its name and labels, as the page shows it. */
    public record Figure(String name, double value) {}

    /** Writes the page, with as much as the cycle has come to. */
    public void write(CycleRecord record, Path folder) throws IOException {
        Optional<Verdict> verdict = read(record, JudgeStep.NAME, "verdict", Verdict.class);
        Optional<MeasuredModel> challenger = measured(record, MeasureStep.CHALLENGER);
        Shown shown = new Shown(
                record,
                new Findings(figures(record), notes(record)),
                read(record, WatchStep.NAME, "report", DriftReport.class).orElse(null),
                read(record, FilterStep.NAME, "report", KeptLabels.class).orElse(null),
                verdict.isPresent() && challenger.isPresent()
                        ? comparison(
                                folder,
                                verdict.get(),
                                measured(record, MeasureStep.CHAMPION).orElse(null),
                                challenger.get())
                        : null);
        AtomicFile.write(folder.resolve("report.html"), HtmlReport.render(shown));
    }

    /** What steps measured, and what they have to say in words. */
    public record Findings(List<Figure> figures, List<String> notes) {}

    /**
     * Both models.
     *
     * @param latency by model
     * @param pictured frames of the first set that there are pages of
     */
    public record Comparison(Verdict verdict, List<SetComparison> sets, List<Figure> latency, int pictured) {}

    /** What is null the cycle did not come to. */
    public record Shown(
            CycleRecord cycle,
            Findings findings,
            @Nullable DriftReport drift,
            @Nullable KeptLabels kept,
            @Nullable Comparison comparison)
            implements HtmlReport.Page {
        @Override
        public String template() {
            return "retrain.ftlh";
        }

        public String begun() {
            return shown(cycle.startedAt());
        }

        public @Nullable String ended() {
            Instant finished = cycle.finishedAt();
            return finished == null ? null : shown(finished);
        }
    }

    private static String shown(Instant time) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(time);
    }

    private Comparison comparison(
            Path folder, Verdict verdict, @Nullable MeasuredModel champion, MeasuredModel challenger)
            throws IOException {
        List<SetComparison> comparisons = new ArrayList<>();
        for (MeasuredSet set : challenger.sets()) {
            MeasuredSet before =
                    champion == null ? null : champion.set(set.set()).orElse(null);
            comparisons.add(SetComparison.of(before, set, verdict));
        }
        MeasuredSet first = challenger.sets().get(0);
        int pictured = writeFrames(
                folder.resolve("frames"),
                verdict,
                champion == null ? null : champion.set(first.set()).orElse(null),
                first);
        return new Comparison(verdict, comparisons, latency(champion, challenger), pictured);
    }

    private static List<Figure> latency(@Nullable MeasuredModel champion, MeasuredModel challenger) {
        List<Figure> latency = new ArrayList<>();
        if (champion != null && champion.latencyMillis() != null) {
            latency.add(new Figure("champion", champion.latencyMillis()));
        }
        if (challenger.latencyMillis() != null) {
            latency.add(new Figure("challenger", challenger.latencyMillis()));
        }
        return latency;
    }

    /** @return how many frames there are pages of */
    private int writeFrames(Path out, Verdict verdict, @Nullable MeasuredSet champion, MeasuredSet challenger)
            throws IOException {
        EvaluationSet set = Objects.requireNonNull(sets.get(challenger.set()));
        List<FrameGain> gains = FrameGains.of(champion, challenger);
        Map<String, StudentNetwork> models = new LinkedHashMap<>();
        try {
            if (champion != null && verdict.champion() != null) {
                models.put("champion", open(verdict.champion()));
            }
            models.put("challenger", open(verdict.challenger()));
            ComparedPictures pictures = new ComparedPictures(set.frames(), set.maxDepth(), models);
            FramePages pages = new FramePages(
                    out,
                    new FramePages.Head(
                            "Frames of " + challenger.set(),
                            champion == null
                                    ? "The worst frames first, then the best."
                                    : "What got worse first, then what got better.",
                            champion == null ? "score" : "gain",
                            pictures.captions(),
                            PER_PAGE),
                    pictures.classes());
            int shown = 0;
            for (int i = 0; i < gains.size(); i++) {
                if (i < MOST_FRAMES || i >= gains.size() - MOST_FRAMES) {
                    pages.add(i, pictures.view(gains.get(i)));
                    shown++;
                }
            }
            pages.write();
            return shown;
        } finally {
            models.values().forEach(StudentNetwork::close);
        }
    }

    private StudentNetwork open(String version) throws IOException {
        return StudentNetwork.ofVersion(
                registry,
                version,
                recipe.classes(),
                recipe.measuredOn(),
                Runtime.getRuntime().availableProcessors());
    }

    /** All measures but the scores, which have a table of their own. */
    private static List<Figure> figures(CycleRecord record) {
        List<Figure> figures = new ArrayList<>();
        for (CycleRecord.Step step : record.steps()) {
            for (Measure measure : step.measures()) {
                if (!measure.name().equals("score") && !measure.name().equals("drift")) {
                    String labels = measure.labels().isEmpty()
                            ? ""
                            : " (" + String.join(", ", measure.labels().values()) + ")";
                    figures.add(new Figure(measure.name().replace('_', ' ') + labels, measure.value()));
                }
            }
        }
        return figures;
    }

    private static List<String> notes(CycleRecord record) {
        return record.steps().stream()
                .map(step -> step.outputs().get("reason"))
                .filter(reason -> reason != null && !reason.isBlank())
                .toList();
    }

    private static <T> Optional<T> read(CycleRecord record, String step, String output, Class<T> type)
            throws IOException {
        Optional<Path> file = file(record, step, output);
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(StrictJson.MAPPER.readValue(Files.readAllBytes(file.get()), type));
    }

    private static Optional<MeasuredModel> measured(CycleRecord record, String step) throws IOException {
        Optional<Path> file = file(record, step, "measured");
        return file.isEmpty() ? Optional.empty() : Optional.of(MeasuredModel.FORMAT.read(file.get()));
    }

    private static Optional<Path> file(CycleRecord record, String step, String output) {
        return record.step(step).map(s -> s.outputs().get(output)).map(Path::of).filter(Files::isRegularFile);
    }

    /** By how much each frame of a set got better: in pixel accuracy, or in RMSE where there is no segmentation. */
    static final class FrameGains {
        private FrameGains() {}

        /**
         * @param gain positive = better; without a champion, how good it is, negative for errors
         */
        record FrameGain(
                String frame, Metric metric, @Nullable Double champion, double challenger, double gain) {}

        /** Best first. */
        static List<FrameGain> of(@Nullable MeasuredSet champion, MeasuredSet challenger) {
            List<FrameGain> gains = new ArrayList<>();
            for (int i = 0; i < challenger.frames().size(); i++) {
                Metric metric = metric(challenger.frames().get(i));
                Double now = metric == null ? null : challenger.value(metric, i);
                Double before = metric == null || champion == null ? null : champion.value(metric, i);
                if (metric != null && now != null && Double.isFinite(now)) {
                    double from = before == null ? 0 : before;
                    gains.add(new FrameGain(
                            challenger.frames().get(i).frame(), metric, before, now, metric.gain(from, now)));
                }
            }
            gains.sort(Comparator.comparingDouble(FrameGain::gain).reversed());
            return gains;
        }

        private static @Nullable Metric metric(FrameSums frame) {
            return frame.of(SegmentationMetrics.PIXEL_ACCURACY) != null
                    ? SegmentationMetrics.PIXEL_ACCURACY
                    : frame.of(DepthMetrics.RMSE) != null ? DepthMetrics.RMSE : null;
        }
    }

    /**
     * Two models on one set, as the page shows them.
     *
     * @param name of the set
     * @param scenes that the frames are of, in words
     */
    public record SetComparison(
            String name, int frames, String scenes, List<MetricRow> metrics, List<ClassRow> classes) {
        /**
         * @param champion null = there is none, or it was not measured
         * @param interval of the gain, where the gate asked for one
         */
        public record MetricRow(
                String family,
                String metric,
                @Nullable Double champion,
                @Nullable Double challenger,
                @Nullable Interval interval) {}

        /** IoU, 0–1; null where neither truth nor prediction has the class. */
        public record ClassRow(
                String name,
                @Nullable Double champion,
                @Nullable Double challenger) {
            /** Null unless both are known. */
            public @Nullable Double gain() {
                return champion == null || challenger == null ? null : challenger - champion;
            }
        }

        static SetComparison of(@Nullable MeasuredSet champion, MeasuredSet challenger, Verdict verdict) {
            List<MetricRow> metrics = new ArrayList<>();
            for (Metric metric : Metrics.all(Metric.Use.COMPARISON)) {
                Double now = challenger.value(metric);
                if (now != null) {
                    Double before = champion == null ? null : champion.value(metric);
                    String subject = challenger.set() + " " + metric.key();
                    metrics.add(new MetricRow(metric.family(), metric.key(), before, now, interval(verdict, subject)));
                }
            }
            EvaluationScores now = challenger.scores();
            Map<String, Double> before =
                    champion == null ? Map.of() : champion.scores().classIou();
            TreeSet<String> names = new TreeSet<>(now.classIou().keySet());
            names.addAll(before.keySet());
            List<ClassRow> classes = challenger.classes().stream()
                    .filter(names::contains)
                    .map(name ->
                            new ClassRow(name, before.get(name), now.classIou().get(name)))
                    .toList();
            return new SetComparison(
                    challenger.set(), challenger.frames().size(), challenger.scenes(), metrics, classes);
        }

        private static @Nullable Interval interval(Verdict verdict, String subject) {
            return verdict.findings().stream()
                    .filter(finding -> finding.subject().equals(subject))
                    .map(Finding::interval)
                    .filter(interval -> interval != null)
                    .findFirst()
                    .orElse(null);
        }
    }
}
