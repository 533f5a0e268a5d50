package dev.understudy.retrain.drift;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;

/**
 * What may change between the frames that were trained on and new ones.
 *
 * @param confidence of the expert, as shares of pixels
 * @param classes that the expert sees, as shares of pixels
 * @param depth measured, as shares of pixels by range, with those that have none
 * @param voidsPromise how far new frames may not be from the annotated examples of a promise: from there on it is void,
 *     and nothing is learnt from labels that were to be kept by it
 */
public record DriftConfiguration(
        @Default("{}") Thresholds confidence,
        @Default("{}") Thresholds classes,
        @Default("{}") Thresholds depth,
        @Default("warn") Voids voidsPromise) {
    /** Which of the thresholds voids a promise. */
    public enum Voids {
        WARN,
        STOP;

        /** Whether frames as far away as that make a promise void. */
        public boolean by(DriftReport.Level level) {
            return level == DriftReport.Level.STOP || level == DriftReport.Level.WARN && this == WARN;
        }
    }

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
