package dev.understudy.pipeline.ablate.result;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.files.sealed.StrictJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that an ablation measured.
 *
 * @param labels in the order of the configuration
 * @param students likewise, by normalisation and seed
 * @param summaries of the students over seeds
 */
public record AblationResults(List<LabelScores> labels, List<StudentResult> students, List<StudentSummary> summaries) {
    /**
     * A student with all that was measured of it.
     *
     * @param frames what it did on every test frame, which is too much for {@code results.jsonl}
     */
    public record Trained(StudentResult result, StudentFrames frames) {}

    /** As {@link StudentSummary#of}. */
    public static AblationResults of(List<LabelScores> labels, List<Trained> students, String baseline, String oracle) {
        return new AblationResults(
                List.copyOf(labels),
                students.stream().map(Trained::result).toList(),
                StudentSummary.of(students, baseline, oracle));
    }

    /** The scores of a choice of labels; null for one without labels to score. */
    public @Nullable LabelScores labels(String name) {
        return labels.stream()
                .filter(scores -> scores.labels().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** {@code results.jsonl}: a JSON object a line, first {@code "stage":"labels"}, then {@code "stage":"student"}. */
    public String lines() {
        StringBuilder lines = new StringBuilder();
        labels.forEach(scores -> lines.append(line("labels", scores)));
        students.forEach(result -> lines.append(line("student", result)));
        return lines.toString();
    }

    private static String line(String stage, Object value) {
        ObjectNode line = StrictJson.MAPPER.valueToTree(value);
        return StrictJson.canonical(line.put("stage", stage)) + "\n";
    }

    /**
     * One student of an ablation.
     *
     * @param labels name of the choice that it learned from
     * @param normalisation of its loss; several where they come to the same, as in {@code kept = weighted}
     * @param fingerprint of all that decides it: the name of its folder
     */
    public record StudentResult(
            String labels, String normalisation, long seed, String fingerprint, StudentScores scores) {}
}
