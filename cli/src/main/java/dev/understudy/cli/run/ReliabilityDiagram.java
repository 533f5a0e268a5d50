package dev.understudy.cli.run;

import dev.understudy.cli.report.Charts;
import dev.understudy.evaluation.confidence.ConfidenceTable.ReliabilityBin;
import dev.understudy.files.AtomicFile;
import dev.understudy.pipeline.confidence.CalibrationRun.CalibrationChoice;
import dev.understudy.pipeline.confidence.CalibrationSummary;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Accuracy over confidence before and after calibration, beside the line on which an honest expert lies. */
final class ReliabilityDiagram {
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
