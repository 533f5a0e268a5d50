package dev.understudy.labeler.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The weakest threshold of which it can be promised that of the labels kept at most a given share is wrong. Each
 * threshold is tested against "more is wrong", from strict to lax, until a test fails (fixed-sequence testing), so that
 * no correction for their number is needed. The sequence begins at two places, each with half of the error that is
 * allowed.
 *
 * <p>The unit is the scene, never the pixel, as pixels of a scene are right and wrong together: the promise is of new
 * scenes like those of the examples, each counting the same, however many of its pixels are annotated. The test is a
 * bet (Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting): from each scene that has less
 * wrong than promised the stake grows, from others it shrinks; where more is wrong on average no way of betting makes
 * it grow beyond 1/δ with a probability above δ. The stake is spread over several sizes of bets, and the order of
 * scenes makes no difference.
 *
 * @param wrong the share, 0–1
 * @param confidence the probability that the promise holds, 0–1
 */
public record RiskPromise(double wrong, double confidence) {
    private static final int BETS = 4;
    private static final double FIRST_BET = 0.1;
    /** Shares of all pixels that are kept where the sequence begins: before it more is wrong than it can tell. */
    private static final double[] STARTS = {0.25, 0.5};

    private static final double STEP = 0.025;

    /** @param least threshold, none if nothing can be promised
     *  @param scenes that were tested
     *  @param needed about how many scenes of this kind would do, none if no number would */
    public record Outcome(OptionalDouble least, int scenes, OptionalInt needed) {}

    public RiskPromise {
        if (!(wrong > 0 && wrong < 1 && confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException(
                    "wrong " + wrong + " with confidence " + confidence + ", expected both between 0 and 1");
        }
    }

    public Outcome test(SceneCounts counts) {
        List<Double> shares = new ArrayList<>();
        for (double share = STARTS[0]; share < 1 + 1e-9; share += STEP) {
            shares.add(Math.min(1, share));
        }
        int[] steps = counts.stepsKeeping(shares);
        int weakest = Integer.MAX_VALUE;
        double needed = Double.POSITIVE_INFINITY;
        for (double start : STARTS) {
            int first = (int) Math.rint((start - STARTS[0]) / STEP);
            for (int i = first; i < steps.length && holds(counts, steps[i]); i++) {
                weakest = Math.min(weakest, steps[i]);
            }
            needed = Math.min(needed, needed(gains(counts, steps[first])));
        }
        int scenes = counts.scenes().size();
        return new Outcome(
                weakest == Integer.MAX_VALUE
                        ? OptionalDouble.empty()
                        : OptionalDouble.of((double) weakest / SceneCounts.STEPS),
                scenes,
                needed <= 1e6 ? OptionalInt.of((int) Math.ceil(needed)) : OptionalInt.empty());
    }

    private double[] gains(SceneCounts counts, int step) {
        return counts.scenes().stream()
                .mapToDouble(scene -> -scene.excess(step, wrong))
                .toArray();
    }

    private boolean holds(SceneCounts counts, int step) {
        double[] gains = gains(counts, step);
        double[] once = new double[gains.length];
        Arrays.fill(once, 1);
        return stake(gains, once) >= limit();
    }

    private double limit() {
        return STARTS.length / (1 - confidence);
    }

    /**
     * What a stake of 1 has become.
     *
     * @param gains the share of wrong pixels that was promised less what was found, {@code wrong} − 1 to {@code wrong}
     * @param times how often each was seen
     */
    double stake(double[] gains, double[] times) {
        double[] logs = logs(gains, times);
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(Math.min(log, 700)) / BETS;
        }
        return sum;
    }

    /** For each size of bet the logarithm of what it made. */
    private double[] logs(double[] gains, double[] times) {
        double largest = 0.99 / (1 - wrong);
        double[] logs = new double[BETS];
        for (int bet = 0; bet < BETS; bet++) {
            double size = largest * Math.pow(FIRST_BET, 1 - bet / (BETS - 1.0));
            for (int i = 0; i < gains.length; i++) {
                logs[bet] += times[i] * Math.log1p(size * gains[i]);
            }
        }
        return logs;
    }

    /** Scenes until the stake is large enough if all go on like these; infinite where it does not grow. */
    private double needed(double[] gains) {
        double[] times = new double[gains.length];
        Arrays.fill(times, 1);
        double[] logs = logs(gains, times);
        double low = 0;
        double high = 1e6;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            double stake = 0;
            for (double log : logs) {
                stake += Math.exp(Math.min(middle * log, 700)) / BETS;
            }
            if (stake >= limit()) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high > 9e5 ? Double.POSITIVE_INFINITY : high * gains.length;
    }

    /**
     * Annotated pixels by scene and by how surely their label was held to be right. Not safe for use by several
     * threads.
     */
    public static final class SceneCounts {
        /** Steps of confidence; thresholds are multiples of one over this. */
        static final int STEPS = 1000;

        private final Map<String, Scene> scenes = new TreeMap<>();

        /** Pixels of one scene by the step of their confidence. */
        static final class Scene {
            final long[] all = new long[STEPS + 1];
            final long[] wrong = new long[STEPS + 1];
            /** Pixels that have no confidence: they are never kept. */
            long dropped;
            /** Sums of both from each step on, made when they are first asked for. */
            private long @Nullable [][] from;

            long pixels() {
                long sum = dropped;
                for (long count : all) {
                    sum += count;
                }
                return sum;
            }

            /** Wrong pixels less {@code wrongShare} of all that are kept, over all pixels of the scene. */
            double excess(int step, double wrongShare) {
                long[][] sums = from;
                if (sums == null) {
                    sums = new long[][] {summed(all), summed(wrong)};
                    from = sums;
                }
                return (sums[1][step] - wrongShare * sums[0][step]) / (sums[0][0] + dropped);
            }

            private static long[] summed(long[] counts) {
                long[] sums = new long[STEPS + 1];
                long sum = 0;
                for (int step = STEPS; step >= 0; step--) {
                    sum += counts[step];
                    sums[step] = sum;
                }
                return sums;
            }
        }

        /** @param confidence that the label is right, 0–1 */
        public void add(String scene, double confidence, boolean isRight) {
            Scene counts = scenes.computeIfAbsent(scene, name -> new Scene());
            int step = (int) (Math.min(Math.max(confidence, 0), 1) * STEPS + 1e-6);
            counts.from = null;
            counts.all[step]++;
            counts.wrong[step] += isRight ? 0 : 1;
        }

        /** A pixel that is not kept whatever the threshold. */
        public void addDropped(String scene) {
            scenes.computeIfAbsent(scene, name -> new Scene()).dropped++;
        }

        Collection<Scene> scenes() {
            return scenes.values();
        }

        /** For rising shares the step at or above which that share of all pixels lies at least; the last one is 0. */
        int[] stepsKeeping(List<Double> shares) {
            long[] all = new long[STEPS + 1];
            long pixels = 0;
            for (Scene scene : scenes.values()) {
                for (int i = 0; i <= STEPS; i++) {
                    all[i] += scene.all[i];
                }
                pixels += scene.pixels();
            }
            List<Integer> steps = new ArrayList<>();
            int step = STEPS;
            long above = all[STEPS];
            for (double share : shares) {
                while (step > 0 && above < share * pixels) {
                    above += all[--step];
                }
                steps.add(step);
            }
            return steps.stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
