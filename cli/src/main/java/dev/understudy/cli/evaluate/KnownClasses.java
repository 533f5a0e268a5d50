package dev.understudy.cli.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.evaluation.EvaluationReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Scores over the classes that an expert can say at all, beside those over all classes: what the class space has and
 * the expert lacks is not its mistake, but missing. Of answered pixels, as all scores.
 *
 * @param known their names
 * @param missing names of the others
 * @param pixelAccuracy share of the pixels of known classes that are right; NaN without any
 * @param meanIou over the known classes that the truth has; NaN without any
 */
record KnownClasses(List<String> known, List<String> missing, double pixelAccuracy, double meanIou) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * @param indices of the classes that the expert can say; null = all of them
     * @return null if nothing is missing, or no segmentation was scored
     */
    static @Nullable KnownClasses of(EvaluationReport report, @Nullable List<Integer> indices) {
        List<EvaluationReport.ClassScore> classes = report.classes();
        return indices == null || classes.isEmpty() ? null : of(classes, indices);
    }

    private static KnownClasses of(List<EvaluationReport.ClassScore> classes, List<Integer> indices) {
        List<String> known = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        double right = 0;
        long pixels = 0;
        double ious = 0;
        int counted = 0;
        for (int index = 0; index < classes.size(); index++) {
            EvaluationReport.ClassScore score = classes.get(index);
            if (!indices.contains(index)) {
                missing.add(score.name());
                continue;
            }
            known.add(score.name());
            if (score.pixels() > 0) {
                right += score.accuracy() * score.pixels();
                pixels += score.pixels();
                ious += score.iou();
                counted++;
            }
        }
        return new KnownClasses(
                known, missing, pixels == 0 ? Double.NaN : right / pixels, counted == 0 ? Double.NaN : ious / counted);
    }

    /** As people read it, behind the other scores. */
    String text() {
        return String.format(
                Locale.ROOT,
                "the %d of %d classes that the expert knows\n  %-20s %10s\n  %-20s %10s\n  never said: %s\n",
                known.size(),
                known.size() + missing.size(),
                "mIoU",
                percent(meanIou),
                "pixel accuracy",
                percent(pixelAccuracy),
                String.join(", ", missing));
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** The same report with one more part, {@code knownClasses}. */
    String addTo(String json) {
        try {
            ObjectNode report = (ObjectNode) MAPPER.readTree(json);
            ObjectNode part = report.putObject("knownClasses");
            known.forEach(part.putArray("known")::add);
            missing.forEach(part.putArray("missing")::add);
            part.put("pixelAccuracy", Double.isNaN(pixelAccuracy) ? null : (Double) pixelAccuracy);
            part.put("meanIou", Double.isNaN(meanIou) ? null : (Double) meanIou);
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("our own report is JSON", e);
        }
    }
}
