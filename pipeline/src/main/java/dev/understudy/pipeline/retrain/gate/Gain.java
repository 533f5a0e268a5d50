package dev.understudy.pipeline.retrain.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * By how much one model is better than another in a metric of a set that both were measured on.
 *
 * @param interval of the gain, positive = better whichever way the metric points
 */
public record Gain(String set, GateMetric metric, double before, double after, Interval interval) {
    /** Of every metric of every set whose frames, truth and classes were the same for both. */
    public static List<Gain> between(
            MeasuredModel before, MeasuredModel after, GateConfiguration.Bootstrap configuration) {
        PairedBootstrap bootstrap = new PairedBootstrap(configuration);
        List<Gain> gains = new ArrayList<>();
        for (MeasuredSet now : after.sets()) {
            Optional<MeasuredSet> then =
                    before.set(now.set()).filter(set -> Gate.change(set, now).isEmpty());
            if (then.isPresent()) {
                for (GateMetric metric : GateMetric.values()) {
                    gain(metric, then.get(), now, bootstrap).ifPresent(gains::add);
                }
            }
        }
        return gains;
    }

    private static Optional<Gain> gain(
            GateMetric metric, MeasuredSet before, MeasuredSet after, PairedBootstrap bootstrap) {
        Double old = before.value(metric);
        Double now = after.value(metric);
        PairedBootstrap.Pairs pairs = PairedBootstrap.Pairs.of(metric, before, after);
        return old == null || now == null || pairs.frames() == 0
                ? Optional.empty()
                : Optional.of(new Gain(after.set(), metric, old, now, bootstrap.interval(metric, pairs)));
    }
}
