package dev.understudy.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Charts as this program draws them: on white, with Okabe and Ito's colours, which colour-blind eyes tell apart, and
 * twice as many pixels as a page shows, so that print is sharp.
 */
public final class Charts {
    private static final int SCALE = 2;
    private static final Color[] COLOURS = {
        new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(0xCC79A7),
        new Color(0xE69F00), new Color(0x56B4E9), new Color(0x000000), new Color(0x8C6D31)
    };

    private Charts() {}

    /** @param series counted from 0; colours come again after eight */
    public static Color colour(int series) {
        return COLOURS[series % COLOURS.length];
    }

    /** An empty chart of numbers over numbers, the legend beside it. */
    public static XYChart xy(int width, int height, String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(width)
                .height(height)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        style(chart.getStyler());
        return chart;
    }

    /** What all charts have in common. */
    public static void style(AxesChartStyler styler) {
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendPosition(Styler.LegendPosition.OutsideE);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setSeriesColors(COLOURS);
        styler.setDecimalPattern("#0.##");
        styler.setLocale(Locale.ROOT);
    }

    /** Adds a line; after eight the colours come again, dashed. */
    public static XYSeries line(XYChart chart, String name, double[] x, double[] y) {
        int place = chart.getSeriesCollection().size();
        XYSeries series = chart.addSeries(name, x, y);
        series.setLineColor(colour(place));
        series.setMarkerColor(colour(place));
        series.setMarker(SeriesMarkers.NONE);
        series.setLineStyle(
                place < COLOURS.length
                        ? new BasicStroke(2)
                        : new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0));
        return series;
    }

    /** Adds a thin grey line that others are compared with. */
    public static void reference(XYChart chart, String name, double[] x, double[] y) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(Color.GRAY);
        series.setLineStyle(new BasicStroke(1));
    }

    /** Draws a chart at twice its size. */
    public static BufferedImage draw(Chart<?, ?> chart) {
        int width = chart.getWidth();
        int height = chart.getHeight();
        BufferedImage picture = new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = picture.createGraphics();
        canvas.scale(SCALE, SCALE);
        chart.paint(canvas, width, height);
        canvas.dispose();
        return picture;
    }
}
