package dev.understudy.pipeline.bench;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.store.LabelStore;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.pipeline.filter.StorePolicies;
import java.util.Arrays;
import java.util.List;

/**
 * How fast one thread applies a policy to stored evidence: reading the shard, inflating the planes that the policy asks for,
 * judging. Pictures and depth are in memory: training decodes them anyway.
 *
 * @param policy as YAML
 * @param millis for a frame, the median over passes
 */
record PolicyRate(String policy, int frames, int passes, double millis) {
    private static final double LEAST_SECONDS = 1;
    private static final int MOST_PASSES = 50;

    double framesPerSecond() {
        return 1000 / millis;
    }

    /** The first pass, in which statistics are gathered and code is compiled, does not count. */
    static PolicyRate measure(String policy, PolicyRecipe recipe, LabelStore store, List<Frame> frames) {
        FilteredStore filtered = StorePolicies.apply(recipe, store);
        pass(filtered, frames);
        double[] millis = new double[MOST_PASSES];
        int passes = 0;
        for (double seconds = 0; passes < MOST_PASSES && (passes < 3 || seconds < LEAST_SECONDS); passes++) {
            millis[passes] = pass(filtered, frames);
            seconds += millis[passes] * frames.size() / 1000;
        }
        return new PolicyRate(policy, frames.size(), passes, median(millis, passes));
    }

    private static double pass(FilteredStore filtered, List<Frame> frames) {
        long start = System.nanoTime();
        for (Frame frame : frames) {
            filtered.get(frame);
        }
        return (System.nanoTime() - start) * 1e-6 / frames.size();
    }

    private static double median(double[] values, int count) {
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted[count / 2];
    }
}
