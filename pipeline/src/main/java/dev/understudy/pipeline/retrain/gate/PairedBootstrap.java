package dev.understudy.pipeline.retrain.gate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How far a difference between two models on the same frames is from chance: frames are drawn with replacement, the same
 * for both, and the metric is computed anew over what was drawn. The interval is of percentiles, interpolated; swapping
 * the models turns it around zero exactly. Same frames, same seed, same interval, in whatever order the frames came.
 */
final class PairedBootstrap {
    private final GateConfiguration.Bootstrap configuration;

    PairedBootstrap(GateConfiguration.Bootstrap configuration) {
        this.configuration = configuration;
    }

    /** Sums of the frames that have truth for the metric, a row a frame, for both models in the same order. */
    record Pairs(double[][] champion, double[][] challenger) {
        static Pairs of(GateMetric metric, MeasuredSet champion, MeasuredSet challenger) {
            List<double[]> left = new ArrayList<>();
            List<double[]> right = new ArrayList<>();
            for (int i = 0; i < champion.frames().size(); i++) {
                double[] a = metric.sums(champion.frames().get(i));
                double[] b = metric.sums(challenger.frames().get(i));
                if (a != null && b != null && (metric.weight(a) > 0 || metric.weight(b) > 0)) {
                    left.add(a);
                    right.add(b);
                }
            }
            return new Pairs(left.toArray(double[][]::new), right.toArray(double[][]::new));
        }

        int frames() {
            return champion.length;
        }
    }

    Interval interval(GateMetric metric, Pairs pairs) {
        int frames = pairs.frames();
        int[] once = new int[frames];
        Arrays.fill(once, 1);
        double[] whole = sum(pairs.champion(), once);
        double gain = gain(metric, pairs, whole, once);
        SplittableRandom random = new SplittableRandom(configuration.seed());
        double[] gains = new double[configuration.resamples()];
        int[] drawn = new int[frames];
        for (int resample = 0; resample < gains.length; resample++) {
            Arrays.fill(drawn, 0);
            for (int i = 0; i < frames; i++) {
                drawn[random.nextInt(frames)]++;
            }
            gains[resample] = gain(metric, pairs, whole, drawn);
        }
        double tail = (1 - configuration.confidence()) / 2;
        double[] losses = Arrays.stream(gains).map(g -> 0.0 - g).toArray();
        return new Interval(quantile(gains, tail), gain, 0.0 - quantile(losses, tail));
    }

    /** @param whole sums of all frames, for both the same: the truth is */
    private static double gain(GateMetric metric, Pairs pairs, double[] whole, int[] times) {
        return metric.gain(
                metric.of(sum(pairs.champion(), times), whole), metric.of(sum(pairs.challenger(), times), whole));
    }

    private static double[] sum(double[][] frames, int[] times) {
        double[] total = new double[frames[0].length];
        for (int frame = 0; frame < frames.length; frame++) {
            if (times[frame] > 0) {
                double[] sums = frames[frame];
                for (int i = 0; i < total.length; i++) {
                    total[i] += times[frame] * sums[i];
                }
            }
        }
        return total;
    }

    /** Between the two nearest ranks; NaN if any value is. */
    private static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        if (Double.isNaN(sorted[sorted.length - 1])) {
            return Double.NaN;
        }
        double rank = share * (sorted.length - 1);
        int below = (int) rank;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }
}
