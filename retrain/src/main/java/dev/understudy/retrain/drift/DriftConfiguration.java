package dev.understudy.retrain.drift;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;

/**
 * What may change between the frames that were trained on and new ones.
 *
 * @param confidence of the expert, as shares of pixels
 * @param classes that the expert sees, as shares of pixels
 * @param depth measured, as shares of pixels by range, with those that have none
 */
public record DriftConfiguration(
        @Default("{}") Thresholds confidence,
        @Default("{}") Thresholds classes,
        @Default("{}") Thresholds depth) {
    /**
     * From where on to warn, and from where on to stop before anything is learnt.
     *
     * @param measure with its own scale
     */
    public record Thresholds(
            @Default("psi") Divergence measure,
            @Default("0.1") double warn,
            @Default("0.25") double stop) {
        public Thresholds {
            new Checks()
                    .atLeast("warn", warn, 0)
                    .that(stop >= warn && Double.isFinite(stop), "stop", "must not be below warn, found " + stop)
                    .verify();
        }
    }
}
