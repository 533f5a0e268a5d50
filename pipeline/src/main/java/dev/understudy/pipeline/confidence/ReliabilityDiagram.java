package dev.understudy.pipeline.confidence;

import dev.understudy.dataset.file.AtomicFile;
import dev.understudy.evaluation.confidence.ReliabilityBin;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Accuracy over confidence before and after calibration, beside the line on which an honest expert lies. */
final class ReliabilityDiagram {
    private static final int SIZE = 900;
    private static final Color BEFORE = new Color(0xD55E00);
    private static final Color AFTER = new Color(0x0072B2);

    private ReliabilityDiagram() {}

    static void write(Path file, CalibrationSummary summary) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(SIZE)
                .height(SIZE)
                .title("Reliability on " + summary.scoredFrames() + " held-out frames")
                .xAxisTitle("confidence")
                .yAxisTitle("share that is right")
                .build();
        Styler styler = chart.getStyler();
        styler.setLegendPosition(Styler.LegendPosition.InsideNW);
        styler.setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
        XYSeries honest = chart.addSeries("honest", new double[] {0, 1}, new double[] {0, 1});
        honest.setMarker(SeriesMarkers.NONE);
        honest.setLineColor(Color.GRAY);
        honest.setLineStyle(new BasicStroke(1));
        add(chart, summary.method(CalibrationChoice.NONE.key()), BEFORE);
        if (!summary.chosen().equals(CalibrationChoice.NONE.key())) {
            add(chart, summary.method(summary.chosen()), AFTER);
        }
        BufferedImage picture = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = picture.createGraphics();
        chart.paint(canvas, SIZE, SIZE);
        canvas.dispose();
        AtomicFile.write(file, out -> ImageIO.write(picture, "png", out));
    }

    private static void add(XYChart chart, CalibrationSummary.Method method, Color colour) {
        List<ReliabilityBin> bins = method.reliability();
        XYSeries series = chart.addSeries(
                String.format(
                        java.util.Locale.ROOT,
                        "%s, ECE %.1f %%",
                        method.name().equals(CalibrationChoice.NONE.key()) ? "as stored" : method.name(),
                        100 * method.calibrationError()),
                bins.stream().mapToDouble(ReliabilityBin::confidence).toArray(),
                bins.stream().mapToDouble(ReliabilityBin::accuracy).toArray());
        series.setLineColor(colour);
        series.setMarkerColor(colour);
        series.setMarker(SeriesMarkers.CIRCLE);
    }
}
