package dev.understudy.cli.retrain.report;

import dev.understudy.cli.report.HtmlReport;
import dev.understudy.cli.retrain.report.CycleReport.FrameGains.FrameGain;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.evaluation.DepthMetrics;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.sealed.StrictJson;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.Measure;
import dev.understudy.retrain.drift.DriftReport;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.gate.MeasuredSet;
import dev.understudy.retrain.gate.Verdict;
import dev.understudy.retrain.measure.EvaluationSet;
import dev.understudy.retrain.measure.StudentNetwork;
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
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code report.html} of a cycle: what came in, what was kept, both models side by side, and pictures. */
public final class CycleReport {
    private static final int PICTURES = 3;

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

    /** A class and its colour, as CSS writes it. */
    public record LegendEntry(String name, String colour) {}

    /** A row of pictures that got better, or worse. */
    public record Gallery(String title, List<ComparedPictures.Row> rows) {}

    /** Writes the page, with as much as the cycle has come to. */
    public void write(CycleRecord record, Path folder) throws IOException {
        Map<String, Object> model = new HashMap<>();
        model.put("record", record);
        model.put("outcome", record.outcome().key());
        model.put("begun", shown(record.startedAt()));
        Instant finished = record.finishedAt();
        if (finished != null) {
            model.put("ended", shown(finished));
        }
        model.put("figures", figures(record));
        model.put("notes", notes(record));
        read(record, WatchStep.NAME, "report", DriftReport.class).ifPresent(drift -> model.put("drift", drift));
        read(record, FilterStep.NAME, "report", KeptLabels.class).ifPresent(kept -> model.put("kept", kept));
        Optional<Verdict> verdict = read(record, JudgeStep.NAME, "verdict", Verdict.class);
        Optional<MeasuredModel> challenger = measured(record, MeasureStep.CHALLENGER);
        if (verdict.isPresent() && challenger.isPresent()) {
            model.put("verdict", verdict.get());
            addComparison(
                    model, verdict.get(), measured(record, MeasureStep.CHAMPION).orElse(null), challenger.get());
        }
        AtomicFile.write(folder.resolve("report.html"), HtmlReport.render("retrain.ftlh", model));
    }

    private static String shown(Instant time) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(time);
    }

    private void addComparison(
            Map<String, Object> model, Verdict verdict, @Nullable MeasuredModel champion, MeasuredModel challenger)
            throws IOException {
        List<SetComparison> comparisons = new ArrayList<>();
        for (MeasuredSet set : challenger.sets()) {
            MeasuredSet before =
                    champion == null ? null : champion.set(set.set()).orElse(null);
            comparisons.add(SetComparison.of(before, set, verdict));
        }
        model.put("sets", comparisons);
        model.put("latency", latency(champion, challenger));
        MeasuredSet first = challenger.sets().get(0);
        model.put("legend", legend(comparisons.get(0)));
        model.put(
                "galleries",
                galleries(
                        verdict,
                        champion == null ? null : champion.set(first.set()).orElse(null),
                        first));
    }

    /** The classes that the first set has. */
    private List<LegendEntry> legend(SetComparison first) {
        EvaluationSet set = Objects.requireNonNull(sets.get(first.name()));
        Set<String> spaces = set.frames().classSpaces();
        ClassSpace classes = spaces.size() == 1
                ? set.frames().classSpace(spaces.iterator().next())
                : ClassSpace.load(recipe.classes());
        return first.classes().stream()
                .map(row -> new LegendEntry(row.name(), colour(classes, row.name())))
                .toList();
    }

    private static String colour(ClassSpace classes, String name) {
        return String.format(
                Locale.ROOT, "#%06x", classes.palette().colour(classes.names().indexOf(name)));
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

    private List<Gallery> galleries(Verdict verdict, @Nullable MeasuredSet champion, MeasuredSet challenger)
            throws IOException {
        EvaluationSet set = Objects.requireNonNull(sets.get(challenger.set()));
        Manifest frames = set.frames();
        List<FrameGain> gains = FrameGains.of(champion, challenger);
        List<FrameGain> worstFirst = new ArrayList<>(gains);
        Collections.reverse(worstFirst);
        Map<String, StudentNetwork> models = new LinkedHashMap<>();
        try {
            if (champion != null && verdict.champion() != null) {
                models.put("champion", open(verdict.champion()));
            }
            models.put("challenger", open(verdict.challenger()));
            ComparedPictures pictures = new ComparedPictures(frames, set.maxDepth(), models);
            return champion == null
                    ? List.of(
                            gallery("Best", gains.stream(), pictures), gallery("Worst", worstFirst.stream(), pictures))
                    : List.of(
                            gallery("Got better", gains.stream().filter(g -> g.gain() > 0), pictures),
                            gallery("Got worse", worstFirst.stream().filter(g -> g.gain() < 0), pictures));
        } finally {
            models.values().forEach(StudentNetwork::close);
        }
    }

    private static Gallery gallery(String title, java.util.stream.Stream<FrameGain> gains, ComparedPictures pictures) {
        return new Gallery(title, gains.limit(PICTURES).map(pictures::row).toList());
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

    /** What steps have to say in words. */
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
}
