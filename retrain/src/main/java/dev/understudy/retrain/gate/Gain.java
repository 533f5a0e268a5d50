package dev.understudy.retrain.gate;

import dev.understudy.evaluation.Holm;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.Metrics;
import dev.understudy.evaluation.PairedBootstrap;
import dev.understudy.evaluation.PairedBootstrap.Interval;
import dev.understudy.evaluation.ScenePairs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * By how much one model is better than another in a metric of a set that both were measured on.
 *
 * @param interval of the gain, positive = better whichever way the metric points
 * @param corrected probability that a difference as large, either way, comes by chance, 0–1, after Holm over all gains
 *     that were looked at together
 */
public record Gain(String set, Metric metric, double before, double after, Interval interval, double corrected) {
    /** Of every metric of every set whose frames, truth and classes were the same for both. */
    public static List<Gain> between(MeasuredModel before, MeasuredModel after, PairedBootstrap bootstrap) {
        List<Gain> gains = new ArrayList<>();
        for (MeasuredSet now : after.sets()) {
            Optional<MeasuredSet> then =
                    before.set(now.set()).filter(set -> Gate.change(set, now).isEmpty());
            if (then.isPresent()) {
                for (Metric metric : Metrics.all(Metric.Use.COMPARISON)) {
                    gain(metric, then.get(), now, bootstrap).ifPresent(gains::add);
                }
            }
        }
        double[] corrected = Holm.correct(gains.stream()
                .mapToDouble(gain -> gain.interval().probability())
                .map(oneSided -> 2 * Math.min(oneSided, 1 - oneSided))
                .toArray());
        for (int i = 0; i < corrected.length; i++) {
            gains.set(i, gains.get(i).corrected(corrected[i]));
        }
        return gains;
    }

    private static Optional<Gain> gain(
            Metric metric, MeasuredSet before, MeasuredSet after, PairedBootstrap bootstrap) {
        Double old = before.value(metric);
        Double now = after.value(metric);
        ScenePairs pairs = ScenePairs.of(metric, before.frames(), after.frames());
        return old == null || now == null || pairs.frames() == 0
                ? Optional.empty()
                : Optional.of(new Gain(after.set(), metric, old, now, bootstrap.interval(pairs), Double.NaN));
    }

    private Gain corrected(double probability) {
        return new Gain(set, metric, before, after, interval, probability);
    }
}
