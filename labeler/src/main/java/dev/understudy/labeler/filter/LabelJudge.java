package dev.understudy.labeler.filter;

import dev.understudy.dataset.frame.Frame;

/**
 * Says which labels of a frame are to be believed: a policy over a store, or what knows the truth and shows how far a policy
 * is from perfect. The same frame always gets the same judgement. Safe for use by several threads.
 */
@FunctionalInterface
public interface LabelJudge {
    /** @throws dev.understudy.files.DataException if there is nothing to judge the frame by */
    Judgement judge(Frame frame);
}
