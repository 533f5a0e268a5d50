package dev.understudy.labeler.filter;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.frame.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Decides per pixel whether an expert's label is kept, how much it counts, and possibly which class it is. Stateless
 * once built and safe for several threads: the same evidence always gets the same answer, whatever came before.
 *
 * <p>A policy never reads truth. Its callers see to that: {@link FilteredStore} hands on frames without their
 * annotation.
 */
@FunctionalInterface
public interface FilterPolicy {
    /**
     * Goes on from what earlier policies left. A policy that judges confidence takes that of {@code current}; one that
     * judges regions sees those that are left.
     *
     * @param frame the frame that the evidence is about: picture and, where there is one, depth
     * @param evidence of a segmentation expert, with the {@link #planes} that this policy asks for and no others
     */
    Judgement decide(Frame frame, Evidence evidence, Judgement current);

    /**
     * As {@link #decide}, from evidence that may have been read for others too: they change nothing.
     *
     * @param evidence with at least the {@link #planes} that this policy asks for
     */
    default Judgement refine(Frame frame, Evidence evidence, Judgement current) {
        return decide(frame, planes().of(evidence), current);
    }

    /** The planes of the evidence that the policy reads. */
    default EvidencePlanes planes() {
        return EvidencePlanes.LABELS;
    }

    /** Starts from the expert's own answer. */
    default Judgement judge(Frame frame, Evidence evidence) {
        return refine(frame, evidence, Judgement.of(evidence));
    }

    /** What is kept of the expert's labels. */
    default PseudoLabel apply(Frame frame, Evidence evidence) {
        return judge(frame, evidence).kept();
    }

    /**
     * The same policy for who asks for nothing but what is kept: of the same pixels it keeps the same labels at the
     * same weights, and may read less, as what it says of the others need not be the same.
     */
    default FilterPolicy keeping() {
        return this;
    }

    /** The same policy, asking for other planes. */
    default FilterPolicy reading(EvidencePlanes planes) {
        return reading(planes, null);
    }

    /** The same policy, asking for other planes. @param keeping what is {@link #keeping} then; null = the same */
    default FilterPolicy reading(EvidencePlanes planes, @Nullable FilterPolicy keeping) {
        FilterPolicy policy = this;
        return new FilterPolicy() {
            @Override
            public Judgement decide(Frame frame, Evidence evidence, Judgement current) {
                return policy.decide(frame, evidence, current);
            }

            @Override
            public EvidencePlanes planes() {
                return planes;
            }

            @Override
            public FilterPolicy keeping() {
                return keeping == null ? this : keeping;
            }
        };
    }
}
