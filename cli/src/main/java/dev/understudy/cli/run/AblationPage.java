package dev.understudy.cli.run;

import dev.understudy.cli.report.Charts;
import dev.understudy.cli.report.FramePages;
import dev.understudy.cli.report.FrameView;
import dev.understudy.cli.report.HtmlReport;
import dev.understudy.cli.report.MapPictures.Picture;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.ConfidenceTable.ReliabilityBin;
import dev.understudy.evaluation.RiskCoverage;
import dev.understudy.files.AtomicFile;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.PseudoLabel;
import dev.understudy.pipeline.ablate.AblationResults;
import dev.understudy.pipeline.ablate.LabelScores;
import dev.understudy.pipeline.ablate.StudentSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * {@code report.html}, the tables and the charts, and {@code frames/}, pages of the frames on which policies differ
 * most.
 */
public final class AblationPage {
    private static final int MOST_POLICIES = 10;
    private static final int WIDTH = 320;
    private static final int PER_PAGE = 12;
    private static final String FRAMES = "frames";
    private static final String TRUTH = "truth";

    private final ClassSpace classes;
    private final Map<String, FilteredStore> policies;

    /** @param policies by name, for the pictures */
    public AblationPage(ClassSpace classes, Map<String, FilteredStore> policies) {
        this.classes = classes;
        this.policies = policies;
    }

    /**
     * @param disputed ids of the frames to show
     * @param frames that hold them, with their truth if it is known
     * @param command that made the page
     */
    public void write(Path out, AblationResults results, List<String> disputed, FrameSource frames, String command)
            throws IOException {
        if (!disputed.isEmpty()) {
            writeFrames(out.resolve(FRAMES), disputed, frames);
        }
        AtomicFile.write(
                out.resolve("report.html"),
                HtmlReport.render(new Report(
                        new Sheet(
                                AblationTable.LABEL_HEAD,
                                AblationTable.labelRows(results),
                                AblationTable.labelNotes(results)),
                        new Sheet(
                                AblationTable.STUDENT_HEAD,
                                AblationTable.studentRows(results),
                                List.of(AblationTable.note(results))),
                        new AblationCharts(results).all(),
                        disputed.size(),
                        command)));
    }

    /**
     * A table, text cell by cell.
     *
     * @param notes sentences on it
     */
    public record Sheet(List<String> head, List<List<String>> rows, List<String> notes) {}

    /** @param disputed how many frames are shown */
    public record Report(Sheet labels, Sheet students, List<Picture> charts, int disputed, String command)
            implements HtmlReport.Page {
        @Override
        public String template() {
            return "ablation.ftlh";
        }
    }

    private void writeFrames(Path out, List<String> disputed, FrameSource frames) throws IOException {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < frames.size(); i++) {
            places.put(frames.record(i).id(), i);
        }
        List<String> captions = new ArrayList<>(List.of(FrameView.PICTURE, TRUTH));
        List<String> shown = policies.keySet().stream().limit(MOST_POLICIES).toList();
        captions.addAll(shown);
        FramePages pages = new FramePages(
                out,
                new FramePages.Head(
                        "Where the policies differ most",
                        "What each policy keeps of the expert's labels; the frames on which they differ most are first.",
                        null,
                        captions,
                        PER_PAGE),
                classes);
        for (int number = 0; number < disputed.size(); number++) {
            Integer place = places.get(disputed.get(number));
            if (place != null) {
                pages.add(number, view(frames.read(place), shown));
            }
        }
        pages.write();
    }

    private FrameView view(Frame frame, List<String> shown) {
        FrameView view = new FrameView(frame, WIDTH);
        LabelMap truth = frame.segmentation();
        if (truth != null) {
            view.others(TRUTH, truth, classes);
        }
        for (String name : shown) {
            PseudoLabel label = policies.get(name).get(frame);
            view.labels(name, label.labels(), classes).fact(kept(name, label.labels(), truth));
        }
        return view;
    }

    private static String kept(String name, LabelMap labels, @Nullable LabelMap truth) {
        long kept = 0;
        long known = 0;
        long right = 0;
        for (int i = 0; i < labels.classes().length; i++) {
            boolean labelled = labels.classAt(i) != LabelMap.IGNORE;
            kept += labelled ? 1 : 0;
            if (labelled && truth != null && truth.classAt(i) != LabelMap.IGNORE) {
                known++;
                right += labels.classAt(i) == truth.classAt(i) ? 1 : 0;
            }
        }
        String text = String.format(Locale.ROOT, "%s: %.0f %% kept", name, 100.0 * kept / labels.classes().length);
        return known == 0 ? text : text + String.format(Locale.ROOT, ", %.0f %% right", 100.0 * right / known);
    }

    /** The charts of an ablation's page. */
    private static final class AblationCharts {
        private static final int WIDTH = 820;
        private static final int HEIGHT = 430;
        /** Bars of more choices than these cannot be told apart. */
        private static final int MOST_BARS = 5;

        private final AblationResults results;

        AblationCharts(AblationResults results) {
            this.results = results;
        }

        /** Those that there are numbers for. */
        List<Picture> all() {
            List<Picture> charts = new ArrayList<>();
            List<LabelScores> known = results.labels().stream()
                    .filter(scores -> !scores.curve().isEmpty())
                    .toList();
            if (!known.isEmpty()) {
                charts.add(riskCoverage(known));
                charts.add(reliability(known));
                charts.add(bars("IoU of the kept labels by class", labelIou(known)));
            }
            if (!results.summaries().isEmpty()) {
                charts.add(keptAgainstScore());
                charts.add(bars("IoU of the students by class, mean over seeds", studentIou()));
            }
            return charts;
        }

        private static Picture picture(String title, XYChart chart) {
            return Picture.of(title, Charts.draw(chart));
        }

        /** Choices that one line stands for. */
        private record Alike(List<LabelScores> scores) {
            private LabelScores first() {
                return scores.get(0);
            }

            @Override
            public String toString() {
                return first().labels() + (scores.size() > 1 ? " (+ " + (scores.size() - 1) + " alike)" : "");
            }
        }

        /** By line, in the order of the first choice that has it. */
        private static <P> Map<List<P>, Alike> alike(List<LabelScores> labels, Function<LabelScores, List<P>> line) {
            Map<List<P>, Alike> groups = new LinkedHashMap<>();
            labels.forEach(scores -> groups.computeIfAbsent(line.apply(scores), key -> new Alike(new ArrayList<>()))
                    .scores()
                    .add(scores));
            return groups;
        }

        private static Picture riskCoverage(List<LabelScores> labels) {
            XYChart chart = Charts.xy(
                    WIDTH, HEIGHT, "Risk and coverage", "share of the pixels kept", "share of these that is wrong");
            chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0);
            alike(labels, LabelScores::curve)
                    .forEach((curve, names) -> Charts.line(
                            chart,
                            names + ", " + AblationTable.area(names.first()),
                            curve.stream()
                                    .mapToDouble(RiskCoverage.Point::coverage)
                                    .toArray(),
                            curve.stream().mapToDouble(RiskCoverage.Point::risk).toArray()));
            return picture("risk and coverage", chart);
        }

        private static Picture reliability(List<LabelScores> labels) {
            XYChart chart = Charts.xy(WIDTH, HEIGHT, "Reliability", "confidence", "share that is right");
            chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
            alike(labels, LabelScores::reliability).forEach((bins, names) -> {
                if (bins.size() > 1) {
                    XYSeries series = Charts.line(
                            chart,
                            names + ", ECE "
                                    + AblationTable.percent(names.first().calibrationError()) + " %",
                            bins.stream()
                                    .mapToDouble(ReliabilityBin::confidence)
                                    .toArray(),
                            bins.stream().mapToDouble(ReliabilityBin::accuracy).toArray());
                    series.setMarker(SeriesMarkers.CIRCLE);
                }
            });
            Charts.reference(chart, "honest", new double[] {0, 1}, new double[] {0, 1});
            return picture("reliability", chart);
        }

        private Picture keptAgainstScore() {
            XYChart chart = Charts.xy(
                    WIDTH,
                    HEIGHT,
                    "Labels kept and what the student makes of them",
                    "kept share, %",
                    "student's mIoU, %");
            Map<String, List<StudentSummary>> byLabels = new LinkedHashMap<>();
            results.summaries()
                    .forEach(summary -> byLabels.computeIfAbsent(summary.labels(), key -> new ArrayList<>())
                            .add(summary));
            byLabels.forEach((name, summaries) -> {
                LabelScores labels = results.labels(name);
                double kept = labels == null ? 0 : 100 * labels.keptShare();
                XYSeries series = Charts.line(
                        chart,
                        name,
                        summaries.stream().mapToDouble(summary -> kept).toArray(),
                        summaries.stream()
                                .mapToDouble(summary -> 100 * summary.meanIou().mean())
                                .toArray());
                series.setMarker(SeriesMarkers.CIRCLE);
                series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            });
            return picture("kept share and score", chart);
        }

        /** Of the choices with the smallest AURC, and of the first, which keeps everything. */
        private static Map<String, Map<String, Double>> labelIou(List<LabelScores> known) {
            Map<String, Map<String, Double>> iou = new LinkedHashMap<>();
            iou.put(known.get(0).labels(), known.get(0).keptIou());
            known.stream()
                    .filter(scores -> scores.keptAccuracy() < 1)
                    .sorted(Comparator.comparingDouble(LabelScores::area))
                    .limit(MOST_BARS - 1L)
                    .forEach(scores -> iou.put(scores.labels(), scores.keptIou()));
            return iou;
        }

        /** Each choice with its best normalisation, the best choices of all, in the order of the table. */
        private Map<String, Map<String, Double>> studentIou() {
            Map<String, StudentSummary> best = new LinkedHashMap<>();
            results.summaries()
                    .forEach(summary -> best.merge(
                            summary.labels(),
                            summary,
                            (a, b) -> a.meanIou().mean() >= b.meanIou().mean() ? a : b));
            List<String> shown = best.values().stream()
                    .sorted(Comparator.comparingDouble(
                            (StudentSummary summary) -> -summary.meanIou().mean()))
                    .limit(MOST_BARS)
                    .map(StudentSummary::labels)
                    .toList();
            Map<String, Map<String, Double>> iou = new LinkedHashMap<>();
            best.forEach((name, summary) -> {
                if (shown.contains(name)) {
                    iou.put(name, summary.iou());
                }
            });
            return iou;
        }

        private static Picture bars(String title, Map<String, Map<String, Double>> iou) {
            TreeSet<String> classes = new TreeSet<>();
            iou.values().forEach(byClass -> classes.addAll(byClass.keySet()));
            CategoryChart chart = new CategoryChartBuilder()
                    .width(Math.max(WIDTH, 34 * classes.size() + 220))
                    .height(HEIGHT)
                    .title(title)
                    .yAxisTitle("IoU, %")
                    .build();
            Charts.style(chart.getStyler());
            chart.getStyler().setXAxisLabelRotation(60);
            chart.getStyler().setYAxisMin(0.0);
            List<String> names = List.copyOf(classes);
            chart.getStyler().setXAxisMaxLabelCount(names.size());
            iou.forEach((name, byClass) -> chart.addSeries(
                    name,
                    names,
                    names.stream()
                            .map(c -> 100 * Objects.requireNonNullElse(byClass.get(c), 0.0))
                            .toList()));
            return Picture.of(title, Charts.draw(chart));
        }
    }
}
