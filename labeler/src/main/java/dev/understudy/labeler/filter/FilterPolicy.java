package dev.understudy.labeler.filter;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.store.Evidence;
import dev.understudy.dataset.store.PseudoLabel;

/**
 * Decides per pixel whether an expert's label is kept, how much it counts, and possibly which class it is. Stateless
 * once built and safe for several threads: the same evidence always gets the same answer, whatever came before.
 */
public interface FilterPolicy {
    /**
     * @param frame the frame that the evidence is about; policies may read its picture and depth, never its truth
     * @param evidence with a segmentation part
     */
    PseudoLabel apply(Frame frame, Evidence evidence);

    /**
     * Goes on from what an earlier policy left, as {@link Then} asks for. A policy that judges pixels by evidence alone
     * need not care: by default what both keep is kept. One that looks at regions overrides this, so that it sees the
     * regions that are left.
     */
    default PseudoLabel refine(Frame frame, Evidence evidence, PseudoLabel current) {
        return Labelling.both(current, apply(frame, evidence));
    }
}
