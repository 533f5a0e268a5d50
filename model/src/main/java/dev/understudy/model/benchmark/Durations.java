package dev.understudy.model.benchmark;

import java.util.ArrayList;
import java.util.List;

/** Repeated measurements of one stage, in milliseconds. */
final class Durations {
    private final List<Double> millis = new ArrayList<>();

    /** Runs, measures and keeps. */
    void time(Runnable stage) {
        long start = System.nanoTime();
        stage.run();
        millis.add((System.nanoTime() - start) / 1e6);
    }

    void clear() {
        millis.clear();
    }

    double last() {
        return millis.get(millis.size() - 1);
    }

    /** NaN if nothing was measured. */
    double median() {
        return median(millis);
    }

    static double median(List<Double> values) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
