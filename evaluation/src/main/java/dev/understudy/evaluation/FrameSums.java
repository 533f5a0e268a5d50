package dev.understudy.evaluation;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one model did on one frame, as sums that add up over frames: what every report, comparison and gate is computed
 * from.
 *
 * @param frame its id
 * @param scene that it belongs to; frames of one scene are not independent of each other; null = not known
 * @param sums by {@link MetricFamily#key}; a family is missing where the frame has no truth for it or the model no
 *     answer
 */
public record FrameSums(String frame, @Nullable String scene, SortedMap<String, double[]> sums) {
    public FrameSums {
        sums = Collections.unmodifiableSortedMap(new TreeMap<>(sums));
    }

    /** The sums that a metric is computed from; null if there are none. */
    public double @Nullable [] of(Metric metric) {
        return sums.get(metric.family());
    }

    /** With the sums of {@code other} added: two models on the same frame, or one model on two frames. */
    public FrameSums plus(FrameSums other) {
        SortedMap<String, double[]> both = new TreeMap<>(sums);
        other.sums.forEach((family, some) -> both.merge(family, some, FrameSums::sum));
        return new FrameSums(frame, scene, both);
    }

    private static double[] sum(double[] one, double[] other) {
        if (one.length != other.length) {
            throw new IllegalArgumentException(one.length + " sums added to " + other.length);
        }
        double[] sum = one.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other[i];
        }
        return sum;
    }

    /** The same frame in another scene. */
    public FrameSums withScene(@Nullable String scene) {
        return new FrameSums(frame, scene, sums);
    }
}
