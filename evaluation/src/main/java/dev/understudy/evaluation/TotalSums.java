package dev.understudy.evaluation;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sums of several frames. Not safe for use by several threads: give each its own and {@link #merge}. */
public final class TotalSums {
    private final Map<String, double[]> sums = new TreeMap<>();
    private final Map<String, Integer> frames = new TreeMap<>();

    public static TotalSums of(Iterable<FrameSums> frames) {
        TotalSums total = new TotalSums();
        frames.forEach(total::add);
        return total;
    }

    public void add(FrameSums frame) {
        frame.sums().forEach((family, some) -> add(family, some, 1));
    }

    public void merge(TotalSums other) {
        other.sums.forEach((family, some) -> add(family, some, other.frames(family)));
    }

    void add(String family, double[] some, int count) {
        double[] total = sums.computeIfAbsent(family, key -> new double[some.length]);
        if (total.length != some.length) {
            throw new IllegalArgumentException(some.length + " sums of " + family + " added to " + total.length);
        }
        for (int i = 0; i < total.length; i++) {
            total[i] += some[i];
        }
        frames.merge(family, count, Integer::sum);
    }

    /** Frames that have sums of a family. */
    public int frames(String family) {
        return frames.getOrDefault(family, 0);
    }

    /** Null if no frame has any. Not a copy. */
    public double @Nullable [] of(String family) {
        return sums.get(family);
    }

    /** Over all frames; NaN if no frame has sums for it too. */
    double valueOrNan(Metric metric) {
        Double value = value(metric, AbsentClasses.LEFT_OUT);
        return value == null ? Double.NaN : value;
    }

    /** Over all frames; NaN if it cannot be computed, null if no frame has sums for it. */
    public @Nullable Double value(Metric metric, AbsentClasses absent) {
        double[] total = sums.get(metric.family());
        return total == null ? null : metric.of(total, new Metric.Scope(total, absent));
    }
}
