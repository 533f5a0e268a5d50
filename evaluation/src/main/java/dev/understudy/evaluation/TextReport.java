package dev.understudy.evaluation;

import java.util.Locale;

/** A report as text for people: one block a task, columns aligned, percentages for shares, a dash where nothing is. */
public final class TextReport {
    private final StringBuilder text = new StringBuilder();

    private TextReport() {}

    public static String of(EvaluationReport report) {
        TextReport writer = new TextReport();
        if (report.segmentation() != null) {
            writer.segmentation(report.segmentation());
        }
        if (report.depth() != null) {
            writer.depth(report.depth());
        }
        if (report.normals() != null) {
            writer.normals(report.normals());
        }
        return writer.text.toString();
    }

    private void segmentation(SegmentationScores scores) {
        heading("segmentation", scores.frames(), scores.pixels());
        row("mIoU", percent(scores.meanIou()));
        row("pixel accuracy", percent(scores.pixelAccuracy()));
        row("mean class accuracy", percent(scores.meanClassAccuracy()));
        if (scores.coverage() < 1) {
            row("answered", percent(scores.coverage()));
        }
        int width = scores.classes().stream()
                .mapToInt(score -> score.name().length())
                .max()
                .orElse(0);
        String format = "  %-" + Math.max(width, 5) + "s  %8s  %8s  %12s%n";
        line(format, "class", "IoU", "accuracy", "pixels");
        for (SegmentationScores.ClassScore score : scores.classes()) {
            line(format, score.name(), percent(score.iou()), percent(score.accuracy()), score.pixels());
        }
    }

    private void depth(DepthScores scores) {
        heading("depth", scores.frames(), scores.pixels());
        row("RMSE", number(scores.rmse()) + " m");
        row("RMSE log", number(scores.rmseLog()));
        row("abs rel", number(scores.absoluteRelative()));
        row("sq rel", number(scores.squaredRelative()) + " m");
        row("log10", number(scores.log10()));
        row("SILog", number(scores.scaleInvariantLog()));
        row("δ < 1.25", percent(scores.delta1()));
        row("δ < 1.25²", percent(scores.delta2()));
        row("δ < 1.25³", percent(scores.delta3()));
    }

    private void normals(NormalScores scores) {
        heading("normals", scores.frames(), scores.pixels());
        row("mean", number(scores.mean()) + "°");
        row("median", number(scores.median()) + "°");
        row("RMSE", number(scores.rmse()) + "°");
        row("below 11.25°", percent(scores.within11()));
        row("below 22.5°", percent(scores.within22()));
        row("below 30°", percent(scores.within30()));
    }

    private void heading(String task, int frames, long pixels) {
        line("%s (%d %s, %d pixels)%n", task, frames, frames == 1 ? "frame" : "frames", pixels);
    }

    private void row(String name, String value) {
        line("  %-20s %10s%n", name, value);
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format.replace("%n", "\n"), values));
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.3f", value);
    }
}
