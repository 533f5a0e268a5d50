package dev.understudy.cli.run;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FilterOptions.StoreOption;
import dev.understudy.cli.console.FrameOptions;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.report.Charts;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.evaluation.ConfidenceTable.ReliabilityBin;
import dev.understudy.files.AtomicFile;
import dev.understudy.labeler.reliability.ReliabilityFile;
import dev.understudy.labeler.reliability.ReliabilityLearning;
import dev.understudy.labeler.reliability.ReliabilityModel;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.filter.CalibrationRun;
import dev.understudy.pipeline.filter.CalibrationRun.CalibrationChoice;
import dev.understudy.pipeline.filter.CalibrationRun.CalibrationSummary;
import dev.understudy.pipeline.filter.CalibrationRun.LearnedSummary;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StorePublisher;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code understudy calibrate}. */
@CommandLine.Command(
        name = "calibrate",
        description =
                "Make an expert's probabilities honest: fit a map on labelled frames of a store, score it on others, and"
                        + " keep it beside the store, where filters and training use it. The evidence itself stays as it is.",
        footer = {
            "",
            "The store must hold labelled frames: seven tenths of them are fitted to, three are held out.",
            "",
            "learned is something else: trees that see what the expert said around a pixel, the picture and the depth, and"
                    + " say how likely the label is to be right. They are kept in reliability.json, for the policy"
                    + " reliability; a map that the store has stays. Annotated frames are judged by trees that did not see"
                    + " their scene. Learn again after the store was labelled or repaired anew.",
            "",
            "Examples:",
            "  understudy calibrate --store store/ --manifest rooms/manifest.jsonl",
            "  understudy calibrate --store store/ --manifest rooms/ --method temperature --report report/",
            "  understudy calibrate --store store/ --manifest rooms/ --method learned",
            "  understudy calibrate --store store/ --manifest rooms/ --method learned --other second-expert/",
            "  understudy calibrate --store new-store/ --learned store/",
            "  understudy filter --store store/ --policy 'reliability: {least: 0.7}' --out labels/",
            "  understudy calibrate --store store/ --manifest rooms/ --method none"
        })
public final class CalibrateCommand extends Command {
    @Mixin
    private StoreOption store;

    @Mixin
    private FrameOptions frames;

    @Option(
            names = "--method",
            paramLabel = "NAME",
            defaultValue = "best",
            converter = ChoiceConverter.class,
            description =
                    "Which map the store gets: temperature, per-class (temperature), isotonic, learned (see below), none to"
                            + " take all of it away, or"
                            + " best: the one of the least negative log-likelihood on the held-out frames, none included."
                            + " ${DEFAULT-VALUE} if not given. All are scored.")
    private CalibrationChoice method;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Write reliability.png, a reliability diagram, there.")
    private @Nullable Path report;

    @Option(
            names = "--unlabelled",
            paramLabel = "SHARE",
            defaultValue = "" + ReliabilityLearning.UNLABELLED,
            description =
                    "For learned: how much a pixel that an annotated frame has no class for counts as a wrong label, 0"
                            + " to 1; what the class space lacks is wrong whatever it is called. ${DEFAULT-VALUE} if not given.")
    private double unlabelled;

    @Option(
            names = "--learned",
            paramLabel = "DIR",
            description =
                    "Take over what was learned with --method learned on this store, of other frames that the same experts"
                            + " labelled in the same way. No frame need be annotated.")
    private @Nullable Path learned;

    @Option(
            names = "--other",
            paramLabel = "DIR",
            description =
                    "For learned: a second expert's store of the same frames, whose labels the trees look at too. The policy"
                            + " reliability then needs it: {reliability: {other: NAME}}, and --other NAME=DIR of filter.")
    private @Nullable Path other;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException {
        CalibrationSummary summary;
        CalibrationRun calibration;
        try (LabelStore labels = LabelStore.open(store.path())) {
            if (!labels.description().hasSegmentation()) {
                throw new ConfigurationException(
                        store.path() + ": the store keeps depth alone, and calibration is of class probabilities");
            }
            if (learned != null) {
                return takeOver(console, labels, learned);
            }
            if (method == CalibrationChoice.LEARNED) {
                return learn(console, labels);
            }
            if (other != null) {
                throw new ConfigurationException("--other: is for --method learned; leave it out");
            }
            calibration = new CalibrationRun(
                    labels, new DiskFrameSource(Manifest.read(frames.manifestOf(store.path()), frames.split())));
            try (Progress progress = console.progress("calibrate", calibration.steps())) {
                summary = calibration.run(method, progress);
            }
        }
        if (report != null) {
            Files.createDirectories(report);
            ReliabilityDiagram.write(report.resolve("reliability.png"), summary);
        }
        StorePublisher.calibrate(store.path(), calibration.calibration(summary));
        if (method == CalibrationChoice.NONE) {
            ReliabilityFile.remove(store.path());
        }
        json.print(console, summary, summary.lines());
        return ExitCode.DONE;
    }

    private int learn(Console console, LabelStore labels) throws IOException {
        if (!(unlabelled >= 0 && unlabelled <= 1)) {
            throw new ConfigurationException("--unlabelled: found " + unlabelled + ", expected 0 to 1");
        }
        if (report != null) {
            throw new ConfigurationException(
                    "--report: draws maps of probabilities, and learned is none; leave it out");
        }
        ReliabilityModel model;
        try (LabelStore beside = other == null ? null : LabelStore.open(other)) {
            // All frames, so that runs of neighbours are seen, whichever of them are learned from
            ReliabilityLearning learning = new ReliabilityLearning(
                    labels,
                    beside,
                    new DiskFrameSource(Manifest.read(frames.manifestOf(store.path()))),
                    frames.split(),
                    unlabelled);
            try (Progress progress = console.progress("learn", learning.steps())) {
                model = learning.learn(progress::step);
            }
        }
        ReliabilityFile.write(store.path(), model);
        return show(console, model);
    }

    private int takeOver(Console console, LabelStore labels, Path from) throws IOException {
        if (frames.manifest() != null || frames.split() != null || report != null || other != null) {
            throw new ConfigurationException(
                    "--learned: looks at no frames; leave out --manifest, --split, --report and --other");
        }
        try (LabelStore other = LabelStore.open(from)) {
            return show(console, ReliabilityFile.copy(other, labels));
        }
    }

    private int show(Console console, ReliabilityModel model) {
        LearnedSummary summary = LearnedSummary.of(model);
        json.print(console, summary, summary.lines());
        return ExitCode.DONE;
    }

    /** Reads a choice as it is written, {@code per-class}. */
    static final class ChoiceConverter implements ITypeConverter<CalibrationChoice> {
        @Override
        public CalibrationChoice convert(String text) {
            List<String> keys = Arrays.stream(CalibrationChoice.values())
                    .map(CalibrationChoice::key)
                    .toList();
            if (!keys.contains(text)) {
                throw new TypeConversionException(
                        "expected one of " + String.join(", ", keys) + ", found '" + text + "'");
            }
            return CalibrationChoice.values()[keys.indexOf(text)];
        }
    }

    /** Accuracy over confidence before and after calibration, beside the line on which an honest expert lies. */
    private static final class ReliabilityDiagram {
        private static final int SIZE = 500;

        private ReliabilityDiagram() {}

        static void write(Path file, CalibrationSummary summary) throws IOException {
            XYChart chart = Charts.xy(
                    SIZE,
                    SIZE,
                    "Reliability on " + summary.scoredFrames() + " held-out frames",
                    "confidence",
                    "share that is right");
            chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
            chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
            add(chart, summary.method(CalibrationChoice.NONE.key()));
            if (!summary.chosen().equals(CalibrationChoice.NONE.key())) {
                add(chart, summary.method(summary.chosen()));
            }
            Charts.reference(chart, "honest", new double[] {0, 1}, new double[] {0, 1});
            BufferedImage picture = Charts.draw(chart);
            AtomicFile.write(file, out -> ImageIO.write(picture, "png", out));
        }

        private static void add(XYChart chart, CalibrationSummary.Method method) {
            List<ReliabilityBin> bins = method.reliability();
            XYSeries series = Charts.line(
                    chart,
                    String.format(
                            Locale.ROOT,
                            "%s, ECE %.1f %%",
                            method.name().equals(CalibrationChoice.NONE.key()) ? "as stored" : method.name(),
                            100 * method.calibrationError()),
                    bins.stream().mapToDouble(ReliabilityBin::confidence).toArray(),
                    bins.stream().mapToDouble(ReliabilityBin::accuracy).toArray());
            series.setMarker(SeriesMarkers.CIRCLE);
        }
    }
}
