package dev.understudy.model.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.hipparchus.stat.descriptive.rank.Median;

/** Repeated measurements of one stage, in milliseconds. */
public final class Durations {
    private final List<Double> millis = new ArrayList<>();

    /** Runs, measures and keeps. */
    public void time(Runnable stage) {
        long start = System.nanoTime();
        stage.run();
        millis.add((System.nanoTime() - start) / 1e6);
    }

    /** As {@link #time}, for a stage that gives something. */
    public <T> T timed(Supplier<T> stage) {
        long start = System.nanoTime();
        T result = stage.get();
        millis.add((System.nanoTime() - start) / 1e6);
        return result;
    }

    public void clear() {
        millis.clear();
    }

    /** The newest; there must be one. */
    public double last() {
        return millis.get(millis.size() - 1);
    }

    /** NaN if nothing was measured. */
    public double median() {
        return median(millis);
    }

    /** NaN if there are none. */
    public static double median(List<Double> values) {
        return new Median().evaluate(values.stream().mapToDouble(value -> value).toArray());
    }
}
