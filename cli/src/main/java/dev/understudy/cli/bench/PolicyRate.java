package dev.understudy.cli.bench;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.model.benchmark.Durations;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.store.LabelStore;
import java.util.List;

/**
 * How fast one thread applies a policy to stored evidence: reading the shard, inflating the planes that the policy asks for,
 * judging. Pictures and depth are in memory: training decodes them anyway.
 *
 * @param policy as YAML
 * @param millis for a frame, the median over passes
 */
record PolicyRate(String policy, int frames, int passes, double millis) {
    private static final double LEAST_MILLIS = 1000;
    private static final int FEWEST_PASSES = 3;

    double framesPerSecond() {
        return 1000 / millis;
    }

    /** The first pass, in which statistics are gathered and code is compiled, does not count. */
    static PolicyRate measure(
            String policy, PolicyRecipe recipe, LabelStore store, FrameSource source, List<Frame> frames) {
        FilteredStore filtered = StorePolicies.apply(recipe, store, source);
        frames.forEach(filtered::get);
        Durations passes = new Durations();
        int count = 0;
        for (double spent = 0; count < FEWEST_PASSES || spent < LEAST_MILLIS; count++) {
            passes.time(() -> frames.forEach(filtered::get));
            spent += passes.last();
        }
        return new PolicyRate(policy, frames.size(), count, passes.median() / frames.size());
    }
}
