package dev.understudy.pipeline.ablate;

import dev.understudy.evaluation.Holm;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.Metrics;
import dev.understudy.evaluation.PairedBootstrap;
import dev.understudy.evaluation.PairedBootstrap.Interval;
import dev.understudy.evaluation.ScenePairs;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.pipeline.ablate.AblationResults.StudentFrames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hipparchus.stat.StatUtils;
import org.hipparchus.stat.inference.TTest;
import org.jspecify.annotations.Nullable;

/**
 * The students that differ in their seed alone.
 *
 * @param labels name of the choice that they learned from
 * @param normalisation of their loss
 * @param metrics over seeds, by {@link Metric#key}, of those that all of them have
 * @param comparison with the students of the baseline; null where there is nothing to compare: for these themselves,
 *     and where the seeds are others
 * @param gap share of the way in mean IoU from the baseline to the oracle filter; NaN where there is no oracle above it
 * @param iou by class, mean over seeds
 */
public record StudentSummary(
        String labels,
        String normalisation,
        SortedMap<String, Spread> metrics,
        @Nullable Comparison comparison,
        double gap,
        Map<String, Double> iou) {

    /**
     * Mean IoU against that of the baseline's students with the same seeds.
     *
     * @param seeds pairs of students: all that is known of chance in training
     * @param probability of Student's paired test over the seeds, two-sided; NaN where there is no test
     * @param corrected the same after Holm over all comparisons of the ablation
     * @param comparisons that there are
     * @param gain of all seeds together, and its interval over the scenes of the test frames: what is known of chance
     *     in these
     */
    public record Comparison(int seeds, double probability, double corrected, int comparisons, Interval gain) {
        private Comparison corrected(double probability, int comparisons) {
            return new Comparison(seeds, this.probability, probability, comparisons, gain);
        }
    }

    /** Students by seed. */
    private record Group(String labels, String normalisation, SortedMap<Long, AblationResults.Trained> students) {
        double[] values(Metric metric) {
            return students.values().stream()
                    .map(student -> student.result().scores().value(metric))
                    .filter(Objects::nonNull)
                    .mapToDouble(value -> value)
                    .toArray();
        }

        double meanIou() {
            return Spread.of(values(SegmentationMetrics.MIOU)).mean();
        }

        StudentFrames frames() {
            return StudentFrames.together(students.values().stream()
                    .map(AblationResults.Trained::frames)
                    .toList());
        }
    }

    /**
     * @param students in any order, each labels, normalisation and seed once
     * @param baseline labels that all are tested against
     * @param oracle labels of the perfect filter; its best normalisation counts
     * @return in the order in which labels and normalisations first come
     */
    public static List<StudentSummary> of(List<AblationResults.Trained> students, String baseline, String oracle) {
        List<Group> groups = groups(students);
        Group base = groups.stream()
                .filter(group -> group.labels().equals(baseline))
                .findFirst()
                .orElse(null);
        double best = groups.stream()
                .filter(group -> group.labels().equals(oracle))
                .mapToDouble(Group::meanIou)
                .max()
                .orElse(Double.NaN);
        List<StudentSummary> summaries = new ArrayList<>();
        groups.forEach(group -> summaries.add(of(group, base, best)));
        return corrected(summaries);
    }

    private static List<Group> groups(List<AblationResults.Trained> students) {
        Map<List<String>, Group> groups = new LinkedHashMap<>();
        students.forEach(student -> groups.computeIfAbsent(
                        List.of(student.result().labels(), student.result().normalisation()),
                        names -> new Group(names.get(0), names.get(1), new TreeMap<>()))
                .students()
                .put(student.result().seed(), student));
        return List.copyOf(groups.values());
    }

    private static StudentSummary of(Group group, @Nullable Group base, double oracle) {
        SortedMap<String, Spread> metrics = new TreeMap<>();
        for (Metric metric : Metrics.all()) {
            double[] values = group.values(metric);
            if (values.length == group.students().size()) {
                metrics.put(metric.key(), Spread.of(values));
            }
        }
        double from = base == null ? Double.NaN : base.meanIou();
        return new StudentSummary(
                group.labels(),
                group.normalisation(),
                metrics,
                base == null || base == group ? null : compare(group, base),
                oracle > from ? (group.meanIou() - from) / (oracle - from) : Double.NaN,
                iou(group));
    }

    private static @Nullable Comparison compare(Group group, Group base) {
        StudentFrames before = base.frames();
        StudentFrames after = group.frames();
        if (!group.students().keySet().equals(base.students().keySet()) || !after.areOf(before)) {
            return null;
        }
        double probability =
                Spread.pairedTest(group.values(SegmentationMetrics.MIOU), base.values(SegmentationMetrics.MIOU));
        ScenePairs pairs = ScenePairs.of(SegmentationMetrics.MIOU, before.frames(), after.frames());
        return new Comparison(
                group.students().size(), probability, Double.NaN, 0, PairedBootstrap.DEFAULT.interval(pairs));
    }

    private static List<StudentSummary> corrected(List<StudentSummary> summaries) {
        double[] probabilities = summaries.stream()
                .map(StudentSummary::comparison)
                .mapToDouble(comparison -> comparison == null ? Double.NaN : comparison.probability())
                .toArray();
        double[] corrected = Holm.correct(probabilities);
        int comparisons = (int) summaries.stream()
                .filter(summary -> summary.comparison() != null)
                .count();
        List<StudentSummary> all = new ArrayList<>();
        for (int i = 0; i < corrected.length; i++) {
            StudentSummary summary = summaries.get(i);
            Comparison comparison = summary.comparison();
            all.add(new StudentSummary(
                    summary.labels(),
                    summary.normalisation(),
                    summary.metrics(),
                    comparison == null ? null : comparison.corrected(corrected[i], comparisons),
                    summary.gap(),
                    summary.iou()));
        }
        return List.copyOf(all);
    }

    /** Null if not all of the students have it. */
    public @Nullable Spread spread(Metric metric) {
        return metrics.get(metric.key());
    }

    /** Every student has one. */
    public Spread meanIou() {
        return Objects.requireNonNull(spread(SegmentationMetrics.MIOU));
    }

    private static Map<String, Double> iou(Group group) {
        Map<String, List<Double>> byClass = new TreeMap<>();
        group.students()
                .values()
                .forEach(student -> student.result()
                        .scores()
                        .iou()
                        .forEach((name, iou) -> byClass.computeIfAbsent(name, key -> new ArrayList<>())
                                .add(iou)));
        Map<String, Double> means = new TreeMap<>();
        byClass.forEach((name, values) ->
                means.put(name, values.stream().mapToDouble(v -> v).average().orElseThrow()));
        return means;
    }

    /**
     * A value over seeds.
     *
     * @param mean of {@code count} values
     * @param deviation the sample's standard deviation; NaN of a single value
     */
    public record Spread(int count, double mean, double deviation) {
        public static Spread of(double[] values) {
            return new Spread(
                    values.length,
                    StatUtils.mean(values),
                    values.length < 2 ? Double.NaN : Math.sqrt(StatUtils.variance(values)));
        }

        /**
         * Student's paired test: how probable it is that differences as large as these come by chance from values that
         * do not differ, two-sided.
         *
         * @param one in the order of {@code other}
         * @return 0–1; NaN of fewer than two pairs, or of pairs that all differ by the same
         */
        static double pairedTest(double[] one, double[] other) {
            if (one.length < 2) {
                return Double.NaN;
            }
            double[] difference = new double[one.length];
            for (int i = 0; i < one.length; i++) {
                difference[i] = one[i] - other[i];
            }
            return StatUtils.variance(difference) > 0 ? new TTest().pairedTTest(one, other) : Double.NaN;
        }
    }
}
