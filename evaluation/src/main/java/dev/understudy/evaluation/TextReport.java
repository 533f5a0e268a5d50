package dev.understudy.evaluation;

import java.util.List;
import java.util.Locale;

/**
 * A report as text for people: one block a family, columns aligned, percentages for shares, a dash where nothing is.
 */
public final class TextReport {
    private final StringBuilder text = new StringBuilder();

    private TextReport() {}

    public static String of(EvaluationReport report) {
        TextReport writer = new TextReport();
        report.families().forEach(writer::family);
        writer.scenes(report.scenes());
        return writer.text.toString();
    }

    private void family(EvaluationReport.Family scores) {
        line(
                "%s (%d %s, %d pixels)%n",
                scores.key(), scores.frames(), scores.frames() == 1 ? "frame" : "frames", scores.pixels());
        scores.values().forEach((metric, value) -> {
            if (Metrics.family(metric).isWorthShowing(metric, scores.values())) {
                line("  %-20s %10s%n", metric.names().label(), shown(value, metric.unit()));
            }
        });
        if (!scores.classes().isEmpty()) {
            classes(scores.classes());
        }
    }

    private void scenes(List<EvaluationReport.SceneScore> scenes) {
        if (scenes.isEmpty()) {
            return;
        }
        int width = Math.max(
                5,
                scenes.stream().mapToInt(score -> score.scene().length()).max().orElse(0));
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "  %-" + width + "s", "scene"));
        scenes.get(0)
                .values()
                .keySet()
                .forEach(metric -> head.append(
                        String.format(Locale.ROOT, "  %13s", metric.names().label())));
        text.append(head).append('\n');
        for (EvaluationReport.SceneScore score : scenes) {
            text.append(String.format(Locale.ROOT, "  %-" + width + "s", score.scene()));
            score.values()
                    .forEach((metric, value) ->
                            text.append(String.format(Locale.ROOT, "  %13s", shown(value, metric.unit()))));
            text.append('\n');
        }
    }

    private void classes(List<EvaluationReport.ClassScore> classes) {
        int width =
                classes.stream().mapToInt(score -> score.name().length()).max().orElse(0);
        String format = "  %-" + Math.max(width, 5) + "s  %8s  %8s  %12s%n";
        line(format, "class", "IoU", "accuracy", "pixels");
        for (EvaluationReport.ClassScore score : classes) {
            line(
                    format,
                    score.name(),
                    shown(score.iou(), Metric.Unit.SHARE),
                    shown(score.accuracy(), Metric.Unit.SHARE),
                    score.pixels());
        }
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format.replace("%n", "\n"), values));
    }

    private static String shown(double value, Metric.Unit unit) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return switch (unit) {
            case SHARE -> String.format(Locale.ROOT, "%.1f %%", 100 * value);
            case METRES -> String.format(Locale.ROOT, "%.3f m", value);
            case DEGREES -> String.format(Locale.ROOT, "%.3f°", value);
            case NUMBER -> String.format(Locale.ROOT, "%.3f", value);
        };
    }
}
