package dev.understudy.cli.run;

import dev.understudy.evaluation.DepthMetrics;
import dev.understudy.evaluation.Holm;
import dev.understudy.evaluation.PairedBootstrap.Interval;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.pipeline.ablate.AblationResults;
import dev.understudy.pipeline.ablate.LabelScores;
import dev.understudy.pipeline.ablate.StudentSummary;
import dev.understudy.pipeline.ablate.StudentSummary.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An ablation's two tables, of labels and of students, in Markdown and in LaTeX. */
public final class AblationTable {
    private static final String UNKNOWN = "–";
    static final List<String> LABEL_HEAD =
            List.of("labels", "kept %", "right %", "mIoU %", "all right %", "AURC", "wrong at 80 % kept", "ECE %");
    static final List<String> STUDENT_HEAD = List.of(
            "student's labels",
            "loss ÷",
            "seeds",
            "mIoU %",
            "gain over scenes",
            "p against none",
            "gap closed %",
            "accuracy %",
            "depth RMSE m");

    private AblationTable() {}

    public static String markdown(AblationResults results) {
        StringBuilder text = new StringBuilder();
        text.append(markdown(LABEL_HEAD, labelRows(results)));
        labelNotes(results).forEach(each -> text.append("\n" + each + "\n"));
        if (!results.summaries().isEmpty()) {
            text.append('\n').append(markdown(STUDENT_HEAD, studentRows(results)));
            String note = note(results);
            text.append(note.isEmpty() ? "" : "\n" + note + "\n");
        }
        return text.toString();
    }

    /** Two {@code tabular}s, for the package booktabs. */
    public static String latex(AblationResults results) {
        StringBuilder text = new StringBuilder("% \\usepackage{booktabs}\n");
        text.append(latex(LABEL_HEAD, labelRows(results)));
        labelNotes(results).forEach(each -> text.append("% " + each + "\n"));
        if (!results.summaries().isEmpty()) {
            text.append('\n').append(latex(STUDENT_HEAD, studentRows(results)));
            String note = note(results);
            text.append(note.isEmpty() ? "" : "% " + note + "\n");
        }
        return text.toString();
    }

    static List<List<String>> labelRows(AblationResults results) {
        return results.labels().stream()
                .map(scores -> List.of(
                        scores.labels(),
                        percent(scores.keptShare()),
                        percent(scores.keptAccuracy()),
                        percent(scores.keptMeanIou()),
                        percent(scores.answerAccuracy()),
                        number("%.4f", scores.area()),
                        percent(scores.wrongAt80()),
                        percent(scores.calibrationError())))
                .toList();
    }

    /** Sentences on the scores of labels. */
    static List<String> labelNotes(AblationResults results) {
        return Stream.of(knownNote(results), gainNote(results))
                .filter(note -> !note.isEmpty())
                .toList();
    }

    /** What the expert never says, and the scores without that; empty if it can say all. */
    private static String knownNote(AblationResults results) {
        List<LabelScores> scores = results.labels();
        if (scores.isEmpty() || scores.get(0).neverSaid().isEmpty()) {
            return "";
        }
        List<String> missing = scores.get(0).neverSaid();
        int classes = scores.get(0).classes();
        String each = scores.stream()
                .map(one -> one.labels() + " " + percent(one.knownAccuracy()) + " and " + percent(one.knownMeanIou()))
                .collect(Collectors.joining("; "));
        return "The expert never says " + missing.size() + " of " + classes + " classes: " + String.join(", ", missing)
                + ". Over the " + (classes - missing.size()) + " that it knows, right % and mIoU %: " + each + ".";
    }

    /** What choices of labels gain over all of them, and how sure that is; empty if there is nothing to compare. */
    private static String gainNote(AblationResults results) {
        List<LabelScores> compared = results.labels().stream()
                .filter(scores -> scores.gain() != null)
                .toList();
        if (compared.isEmpty()) {
            return "";
        }
        List<Interval> gains = compared.stream()
                .map(scores -> Objects.requireNonNull(scores.gain()))
                .toList();
        double[] corrected = Holm.correct(gains.stream()
                .mapToDouble(gain -> Math.min(1, 2 * Math.min(gain.probability(), 1 - gain.probability())))
                .toArray());
        String each = IntStream.range(0, gains.size())
                .mapToObj(i -> compared.get(i).labels() + " " + gain(gains.get(i)) + ", p " + probability(corrected[i]))
                .collect(Collectors.joining("; "));
        return "Gain of the kept labels' mIoU over “none” with its 95 % interval over "
                + gains.get(0).drawn() + ", p after Holm for " + gains.size()
                + (gains.size() == 1 ? " comparison: " : " comparisons: ") + each + ".";
    }

    static List<List<String>> studentRows(AblationResults results) {
        return results.summaries().stream().map(AblationTable::row).toList();
    }

    private static List<String> row(StudentSummary summary) {
        return List.of(
                summary.labels(),
                summary.normalisation(),
                Integer.toString(summary.meanIou().count()),
                spread("%.2f", 100, summary.meanIou()),
                gain(summary.comparison()),
                probability(
                        summary.comparison() == null
                                ? Double.NaN
                                : summary.comparison().corrected()),
                number("%.0f", 100 * summary.gap()),
                spread("%.2f", 100, summary.spread(SegmentationMetrics.PIXEL_ACCURACY)),
                spread("%.3f", 1, summary.spread(DepthMetrics.RMSE)));
    }

    private static String gain(StudentSummary.@Nullable Comparison comparison) {
        return gain(comparison == null ? null : comparison.gain());
    }

    private static String gain(@Nullable Interval gain) {
        if (gain == null) {
            return UNKNOWN;
        }
        return number("%+.2f", 100 * gain.gain()) + " [" + number("%+.2f", 100 * gain.low()) + ", "
                + number("%+.2f", 100 * gain.high()) + "]";
    }

    /** How to read the comparisons, in a sentence or two; empty if there are none. */
    static String note(AblationResults results) {
        return results.summaries().stream()
                .map(StudentSummary::comparison)
                .filter(comparison -> comparison != null)
                .findFirst()
                .map(comparison -> "Gain of the mIoU over “none”, all seeds together, with its 95 % interval over "
                        + comparison.gain().drawn() + "; p of Student's paired test over n = " + comparison.seeds()
                        + (comparison.seeds() == 1 ? " seed" : " seeds") + ", after Holm for "
                        + comparison.comparisons()
                        + (comparison.comparisons() == 1 ? " comparison." : " comparisons."))
                .orElse("");
    }

    private static String spread(String format, double unit, @Nullable Spread spread) {
        if (spread == null) {
            return UNKNOWN;
        }
        String mean = number(format, unit * spread.mean());
        return Double.isNaN(spread.deviation()) ? mean : mean + " ± " + number(format, unit * spread.deviation());
    }

    static String percent(double share) {
        return number("%.1f", 100 * share);
    }

    /** Three digits; what they would make 0, which no p is, as below the last of them. */
    private static String probability(double p) {
        return p < 0.0005 ? "< 0.001" : number("%.3f", p);
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? UNKNOWN : String.format(Locale.ROOT, format, value);
    }

    private static String markdown(List<String> head, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>(rows);
        all.add(0, head);
        int[] widths = new int[head.size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], escaped(row.get(i)).length());
            }
        }
        StringBuilder text = new StringBuilder(line(head, widths));
        text.append('|');
        for (int i = 0; i < widths.length; i++) {
            text.append("-".repeat(widths[i] + 1)).append(i == 0 ? "-|" : ":|");
        }
        text.append('\n');
        rows.forEach(row -> text.append(line(row, widths)));
        return text.toString();
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            String cell = escaped(cells.get(i));
            String space = " ".repeat(widths[i] - cell.length());
            line.append(' ').append(i == 0 ? cell + space : space + cell).append(" |");
        }
        return line.append('\n').toString();
    }

    private static String escaped(String cell) {
        return cell.replace("|", "\\|");
    }

    private static String latex(List<String> head, List<List<String>> rows) {
        StringBuilder text = new StringBuilder("\\begin{tabular}{l" + "r".repeat(head.size() - 1) + "}\n\\toprule\n");
        text.append(latexLine(head)).append("\\midrule\n");
        rows.forEach(row -> text.append(latexLine(row)));
        return text.append("\\bottomrule\n\\end{tabular}\n").toString();
    }

    private static String latexLine(List<String> cells) {
        return cells.stream().map(AblationTable::latexCell).collect(Collectors.joining(" & ", "", " \\\\\n"));
    }

    private static String latexCell(String cell) {
        return cell.replace("\\", "\\textbackslash{}")
                .replaceAll("([%&_#$])", "\\\\$1")
                .replace("{", "\\{")
                .replace("}", "\\}")
                .replace("\\textbackslash\\{\\}", "\\textbackslash{}")
                .replace("±", "$\\pm$")
                .replace("<", "$<$")
                .replace("÷", "$\\div$")
                .replace(UNKNOWN, "--");
    }

    static String area(LabelScores scores) {
        return "AURC " + number("%.3f", scores.area());
    }
}
