package dev.understudy.labeler.filter;

import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;

/** Believes everything: each pixel's most probable class at weight 1. The baseline of every ablation. */
@Named("none")
public record NoFilter() implements PolicyRecipe, FilterPolicy {
    @Override
    public FilterPolicy policy(FilterContext context) {
        return this;
    }

    @Override
    public Judgement decide(Frame frame, Evidence evidence, Judgement current) {
        return current;
    }
}
