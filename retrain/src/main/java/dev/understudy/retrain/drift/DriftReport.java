package dev.understudy.retrain.drift;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

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
