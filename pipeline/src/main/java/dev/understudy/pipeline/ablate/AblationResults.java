package dev.understudy.pipeline.ablate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.files.SealedJson;
import dev.understudy.files.StrictJson;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
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

    /**
     * The first stage of an ablation.
     *
     * @param labels in the order of the configuration
     * @param disputed ids of the frames on which policies differ most
     */
    public record LabelStage(List<LabelScores> labels, List<String> disputed) {
        public LabelStage {
            labels = List.copyOf(labels);
            disputed = List.copyOf(disputed);
        }
    }

    /**
     * What one student came to on the test frames.
     *
     * @param metrics by {@link Metric#key}; those of a task that the student does not do are missing
     * @param iou by class, of the classes that student or truth have
     * @param steps it learned
     */
    public record StudentScores(SortedMap<String, Double> metrics, Map<String, Double> iou, long steps) {
        public StudentScores {
            metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
        }

        public static StudentScores of(EvaluationReport report, long steps) {
            SortedMap<String, Double> metrics = new TreeMap<>();
            report.families()
                    .forEach(family -> family.values().forEach((metric, value) -> metrics.put(metric.key(), value)));
            Map<String, Double> iou = new TreeMap<>();
            report.classes().stream()
                    .filter(score -> !Double.isNaN(score.iou()))
                    .forEach(score -> iou.put(score.name(), score.iou()));
            return new StudentScores(metrics, iou, steps);
        }

        /** Null if it was not scored. */
        public @Nullable Double value(Metric metric) {
            return metrics.get(metric.key());
        }

        /** 0–1; every student has one. */
        public double meanIou() {
            return Objects.requireNonNull(value(SegmentationMetrics.MIOU));
        }
    }

    /**
     * What one student, or several together, did on every test frame.
     *
     * @param frames ordered by id
     */
    public record StudentFrames(List<FrameSums> frames) {
        /** As large as the measurement of a model may be. */
        private static final long LARGEST = 512L << 20;

        /** How it is kept, beside the student. */
        public static final SealedJson<StudentFrames> FORMAT =
                new SealedJson<>("understudy-student-frames", 1, StudentFrames.class, LARGEST);

        /** Its file in the student's folder. */
        public static final String FILE = "frames.json";

        public StudentFrames {
            frames = frames.stream()
                    .sorted(Comparator.comparing(FrameSums::frame))
                    .toList();
        }

        /** The sums of students on the same frames, as if one had seen each frame as often. */
        static StudentFrames together(List<StudentFrames> students) {
            SortedMap<String, FrameSums> sums = new TreeMap<>();
            students.forEach(student ->
                    student.frames().forEach(frame -> sums.merge(frame.frame(), frame, (a, b) -> a.plus(b))));
            return new StudentFrames(List.copyOf(sums.values()));
        }

        boolean areOf(StudentFrames other) {
            return frames.stream()
                    .map(FrameSums::frame)
                    .toList()
                    .equals(other.frames.stream().map(FrameSums::frame).toList());
        }
    }
}
