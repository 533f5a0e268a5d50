package dev.understudy.pipeline.retrain.gate;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;

/**
 * What a challenger has to reach on an evaluation set.
 *
 * @param minimumGain in the metric's unit, positive = better whichever way the metric points. 0 or more: the challenger
 *     gains at least so much, and the interval lies above 0. Less than 0: it may lose so much, and the interval lies above
 *     that.
 */
public record RequiredMetric(
        String set, GateMetric metric, @Default("0") double minimumGain) {
    public RequiredMetric {
        new Checks()
                .notBlank("set", set)
                .that(Double.isFinite(minimumGain), "minimumGain", "must be a finite number, found " + minimumGain)
                .verify();
    }

    /** What the whole interval has to lie above. */
    double floor() {
        return Math.min(minimumGain, 0);
    }
}
