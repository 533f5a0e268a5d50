package dev.understudy.cli.retrain.report;

import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.Metrics;
import dev.understudy.evaluation.comparison.Interval;
import dev.understudy.retrain.gate.Finding;
import dev.understudy.retrain.gate.MeasuredSet;
import dev.understudy.retrain.gate.Verdict;
import dev.understudy.retrain.registry.EvaluationScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Two models on one set, as the page shows them.
 *
 * @param name of the set
 * @param scenes that the frames are of, in words
 */
public record SetComparison(String name, int frames, String scenes, List<MetricRow> metrics, List<ClassRow> classes) {
    /**
     * @param champion null = there is none, or it was not measured
     * @param interval of the gain, where the gate asked for one
     */
    public record MetricRow(
            String family,
            String metric,
            @Nullable Double champion,
            @Nullable Double challenger,
            @Nullable Interval interval) {}

    /** IoU, 0–1; null where neither truth nor prediction has the class. */
    public record ClassRow(
            String name,
            @Nullable Double champion,
            @Nullable Double challenger) {
        /** Null unless both are known. */
        public @Nullable Double gain() {
            return champion == null || challenger == null ? null : challenger - champion;
        }
    }

    static SetComparison of(@Nullable MeasuredSet champion, MeasuredSet challenger, Verdict verdict) {
        List<MetricRow> metrics = new ArrayList<>();
        for (Metric metric : Metrics.all(Metric.Use.COMPARISON)) {
            Double now = challenger.value(metric);
            if (now != null) {
                Double before = champion == null ? null : champion.value(metric);
                String subject = challenger.set() + " " + metric.key();
                metrics.add(new MetricRow(metric.family(), metric.key(), before, now, interval(verdict, subject)));
            }
        }
        EvaluationScores now = challenger.scores();
        Map<String, Double> before =
                champion == null ? Map.of() : champion.scores().classIou();
        TreeSet<String> names = new TreeSet<>(now.classIou().keySet());
        names.addAll(before.keySet());
        List<ClassRow> classes = challenger.classes().stream()
                .filter(names::contains)
                .map(name -> new ClassRow(name, before.get(name), now.classIou().get(name)))
                .toList();
        return new SetComparison(challenger.set(), challenger.frames().size(), challenger.scenes(), metrics, classes);
    }

    private static @Nullable Interval interval(Verdict verdict, String subject) {
        return verdict.findings().stream()
                .filter(finding -> finding.subject().equals(subject))
                .map(Finding::interval)
                .filter(interval -> interval != null)
                .findFirst()
                .orElse(null);
    }
}
