package dev.understudy.retrain.gate;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.Metrics;
import java.util.stream.Collectors;

/**
 * What a challenger has to reach on an evaluation set.
 *
 * @param metric by its {@link Metric#key}
 * @param minimumGain in the metric's unit, positive = better whichever way the metric points. 0 or more: the challenger
 *     gains at least so much, and the interval lies above 0. Less than 0: it may lose so much, and the interval lies
 *     above that.
 */
public record RequiredMetric(
        String set, String metric, @Default("0") double minimumGain) {
    public RequiredMetric {
        new Checks()
                .notBlank("set", set)
                .that(
                        Metrics.find(metric)
                                .filter(known -> known.isFor(Metric.Use.COMPARISON))
                                .isPresent(),
                        "metric",
                        "must be one of "
                                + Metrics.all(Metric.Use.COMPARISON).stream()
                                        .map(Metric::key)
                                        .collect(Collectors.joining(", "))
                                + "; found '" + metric + "'")
                .that(Double.isFinite(minimumGain), "minimumGain", "must be a finite number, found " + minimumGain)
                .verify();
    }

    public Metric definition() {
        return Metrics.find(metric).orElseThrow();
    }

    /** What the whole interval has to lie above. */
    double floor() {
        return Math.min(minimumGain, 0);
    }
}
