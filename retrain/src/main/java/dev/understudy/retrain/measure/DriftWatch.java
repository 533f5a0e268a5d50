package dev.understudy.retrain.measure;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.retrain.measure.DriftWatch.DriftConfiguration.Thresholds;
import dev.understudy.retrain.measure.DriftWatch.DriftReport;
import dev.understudy.retrain.measure.DriftWatch.DriftReport.Feature;
import dev.understudy.retrain.measure.DriftWatch.DriftReport.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares new frames with those that were trained on, so that nothing is learnt from a broken camera. */
public final class DriftWatch {
    private final DriftConfiguration configuration;

    public DriftWatch(DriftConfiguration configuration) {
        this.configuration = configuration;
    }

    public DriftReport compare(FrameHistograms reference, FrameHistograms current) {
        return compareWith("the frames trained on", reference, current);
    }

    /** @param what the reference is, for people */
    public DriftReport compareWith(String what, FrameHistograms reference, FrameHistograms current) {
        return new DriftReport(List.of(
                feature("confidence", configuration.confidence(), what, reference.confidence(), current.confidence()),
                feature("classes", configuration.classes(), what, reference.classes(), current.classes()),
                feature("depth", configuration.depth(), what, reference.depth(), current.depth())));
    }

    private static Feature feature(String name, Thresholds thresholds, String what, long[] reference, long[] current) {
        if (empty(reference)) {
            return new Feature(name, Double.NaN, Level.SAME, "nothing to compare with");
        }
        if (empty(current)) {
            return new Feature(name, Double.NaN, Level.STOP, "none in the new frames, some in " + what);
        }
        double distance = thresholds.measure().between(reference, current);
        Level level =
                distance >= thresholds.stop() ? Level.STOP : distance >= thresholds.warn() ? Level.WARN : Level.SAME;
        return new Feature(
                name,
                distance,
                level,
                String.format(
                        Locale.ROOT,
                        "%s %.3f from %s (warns at %s, stops at %s)",
                        thresholds.measure() == Divergence.PSI ? "PSI" : "Jensen-Shannon",
                        distance,
                        what,
                        thresholds.warn(),
                        thresholds.stop()));
    }

    private static boolean empty(long[] counts) {
        return Arrays.stream(counts).allMatch(c -> c == 0);
    }

    /** What the drift watch found, a line a feature. */
    public record DriftReport(List<Feature> features) {
        /** How bad it is. */
        public enum Level {
            SAME,
            WARN,
            STOP
        }

        /**
         * @param name {@code confidence}, {@code classes} or {@code depth}
         * @param distance NaN where there was nothing to compare
         * @param reason for people
         */
        public record Feature(String name, double distance, Level level, String reason) {}

        public DriftReport {
            features = List.copyOf(features);
        }

        /** The worst of all. */
        public Level level() {
            return features.stream().map(Feature::level).max(Level::compareTo).orElse(Level.SAME);
        }

        /** What is at {@code atLeast} or worse, in a line. */
        public String reason(Level atLeast) {
            return features.stream()
                    .filter(f -> f.level().compareTo(atLeast) >= 0)
                    .map(f -> f.name() + ": " + f.reason())
                    .collect(Collectors.joining("; "));
        }

        public Map<String, Double> distances() {
            Map<String, Double> distances = new TreeMap<>();
            features.forEach(f -> distances.put(f.name(), f.distance()));
            return distances;
        }
    }

    /**
     * What may change between the frames that were trained on and new ones.
     *
     * @param confidence of the expert, as shares of pixels
     * @param classes that the expert sees, as shares of pixels
     * @param depth measured, as shares of pixels by range, with those that have none
     * @param voidsPromise how far new frames may not be from the annotated examples of a promise: from there on it is
     * void,
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
}
