package dev.understudy.pipeline.ablate.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The students that differ in their seed alone.
 *
 * @param labels name of the choice that they learned from
 * @param normalisation of their loss
 * @param depthRmse metres; null for students without depth
 * @param probability of the paired test of the mean IoU against that of the baseline, over seeds; NaN where there is no test
 * @param gap share of the way in mean IoU from the baseline to the oracle filter; NaN where there is no oracle above it
 * @param iou by class, mean over seeds
 */
public record StudentSummary(
        String labels,
        String normalisation,
        Spread meanIou,
        Spread pixelAccuracy,
        @Nullable Spread depthRmse,
        double probability,
        double gap,
        Map<String, Double> iou) {

    /**
     * @param results in any order, each labels, normalisation and seed once
     * @param baseline labels that all are tested against
     * @param oracle labels of the perfect filter; its best normalisation counts
     * @return in the order in which labels and normalisations first come
     */
    public static List<StudentSummary> of(List<StudentResult> results, String baseline, String oracle) {
        Map<List<String>, SortedMap<Long, StudentScores>> groups = new LinkedHashMap<>();
        results.forEach(result -> groups.computeIfAbsent(
                        List.of(result.labels(), result.normalisation()), key -> new TreeMap<>())
                .put(result.seed(), result.scores()));
        SortedMap<Long, StudentScores> base = new TreeMap<>();
        double best = Double.NaN;
        for (Map.Entry<List<String>, SortedMap<Long, StudentScores>> group : groups.entrySet()) {
            if (group.getKey().get(0).equals(baseline) && base.isEmpty()) {
                base = group.getValue();
            } else if (group.getKey().get(0).equals(oracle)) {
                double mean = meanIou(group.getValue());
                best = Double.isNaN(best) ? mean : Math.max(best, mean);
            }
        }
        List<StudentSummary> summaries = new ArrayList<>();
        for (Map.Entry<List<String>, SortedMap<Long, StudentScores>> group : groups.entrySet()) {
            summaries.add(of(group.getKey(), group.getValue(), base, best));
        }
        return summaries;
    }

    private static double meanIou(SortedMap<Long, StudentScores> students) {
        return spread(students, StudentScores::meanIou).mean();
    }

    private static StudentSummary of(
            List<String> names,
            SortedMap<Long, StudentScores> students,
            SortedMap<Long, StudentScores> base,
            double oracle) {
        boolean depth = students.values().stream().allMatch(scores -> scores.depthRmse() != null);
        double from = base.isEmpty() ? Double.NaN : meanIou(base);
        return new StudentSummary(
                names.get(0),
                names.get(1),
                spread(students, StudentScores::meanIou),
                spread(students, StudentScores::pixelAccuracy),
                depth ? spread(students, scores -> Objects.requireNonNull(scores.depthRmse())) : null,
                students == base || !students.keySet().equals(base.keySet())
                        ? Double.NaN
                        : Spread.pairedTest(
                                values(students, StudentScores::meanIou), values(base, StudentScores::meanIou)),
                oracle > from ? (meanIou(students) - from) / (oracle - from) : Double.NaN,
                iou(students));
    }

    private static Spread spread(SortedMap<Long, StudentScores> students, ToDoubleFunction<StudentScores> score) {
        return Spread.of(values(students, score));
    }

    private static double[] values(SortedMap<Long, StudentScores> students, ToDoubleFunction<StudentScores> score) {
        return students.values().stream().mapToDouble(score).toArray();
    }

    private static Map<String, Double> iou(SortedMap<Long, StudentScores> students) {
        Map<String, List<Double>> byClass = new TreeMap<>();
        students.values()
                .forEach(scores -> scores.iou()
                        .forEach((name, iou) -> byClass.computeIfAbsent(name, key -> new ArrayList<>())
                                .add(iou)));
        Map<String, Double> means = new TreeMap<>();
        byClass.forEach((name, values) ->
                means.put(name, values.stream().mapToDouble(v -> v).average().orElseThrow()));
        return means;
    }
}
