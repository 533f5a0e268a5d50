package dev.understudy.retrain.cycle;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A number worth watching.
 *
 * @param name {@code [a-z][a-z0-9_]*}, with its unit at the end: {@code frames}, {@code latency_seconds}
 */
public record Measure(String name, SortedMap<String, String> labels, double value) {
    public Measure {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        if (!name.matches("[a-z][a-z0-9_]*") || !labels.keySet().stream().allMatch(l -> l.matches("[a-z][a-z0-9_]*"))) {
            throw new IllegalArgumentException("measure '" + name + "' with labels " + labels.keySet());
        }
    }

    public static Measure of(String name, double value) {
        return new Measure(name, new TreeMap<>(), value);
    }

    public static Measure of(String name, Map<String, String> labels, double value) {
        return new Measure(name, new TreeMap<>(labels), value);
    }
}
