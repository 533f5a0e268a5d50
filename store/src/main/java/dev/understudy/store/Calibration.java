package dev.understudy.store;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How an expert's stored probabilities become honest ones.
 *
 * @param method {@code temperature}, {@code class-temperature} or {@code isotonic}
 * @param parameters the method's numbers by name
 */
public record Calibration(String method, Map<String, List<Double>> parameters) implements Serializable {
    public Calibration {
        TreeMap<String, List<Double>> ordered = new TreeMap<>();
        parameters.forEach((name, values) -> ordered.put(name, List.copyOf(values)));
        parameters = java.util.Collections.unmodifiableMap(ordered);
    }
}
