package dev.understudy.dataset.evidence;

import java.util.Arrays;

/**
 * Which planes of the evidence to read; those that are not asked for need not be inflated, which takes most of the
 * time.
 *
 * @param topK how many of the most probable classes, 1 or more; a store that keeps fewer gives all that it keeps
 * @param entropy whether the entropy is wanted
 * @param agreement whether the agreement of test-time views is wanted
 * @param depth whether the depth expert's planes are wanted
 * @param views whether the number of views is wanted, of a store that keeps it
 */
public record EvidencePlanes(int topK, boolean entropy, boolean agreement, boolean depth, boolean views) {
    /** The most probable class and its probability. */
    public static final EvidencePlanes LABELS = new EvidencePlanes(1, false, false, false);

    private static final byte[] NOTHING = {};

    public static final EvidencePlanes ALL = new EvidencePlanes(255, true, true, true, true);

    public EvidencePlanes {
        if (topK < 1) {
            throw new IllegalArgumentException("top " + topK + ", expected at least 1");
        }
    }

    /** Without the number of views. */
    public EvidencePlanes(int topK, boolean entropy, boolean agreement, boolean depth) {
        this(topK, entropy, agreement, depth, false);
    }

    /** The {@code k} most probable classes. */
    public static EvidencePlanes top(int k) {
        return new EvidencePlanes(k, false, false, false);
    }

    public EvidencePlanes withEntropy() {
        return new EvidencePlanes(topK, true, agreement, depth, views);
    }

    public EvidencePlanes withAgreement() {
        return new EvidencePlanes(topK, entropy, true, depth, views);
    }

    public EvidencePlanes withViews() {
        return new EvidencePlanes(topK, entropy, agreement, depth, true);
    }

    /**
     * These planes of evidence that may hold others too, so that who asked for them sees the same whatever was read for
     * somebody else. The evidence itself if it holds no others; what it lacks stays missing.
     */
    public Evidence of(Evidence evidence) {
        SegmentationEvidence segmentation = evidence.segmentation();
        if (segmentation == null) {
            return evidence;
        }
        SegmentationEvidence some = of(segmentation);
        boolean withDepth = depth || evidence.depth() == null;
        return some == segmentation && withDepth
                ? evidence
                : new Evidence(evidence.width(), evidence.height(), some, withDepth ? evidence.depth() : null);
    }

    private SegmentationEvidence of(SegmentationEvidence evidence) {
        int kept = Math.min(topK, evidence.topK());
        boolean whole = kept == evidence.topK();
        if (whole
                && (entropy || evidence.entropy().length == 0)
                && (agreement || evidence.agreement().length == 0)
                && (views || evidence.views().length == 0)) {
            return evidence;
        }
        int length = kept * evidence.pixels();
        return new SegmentationEvidence(
                kept,
                whole ? evidence.classes() : Arrays.copyOf(evidence.classes(), length),
                whole ? evidence.probability() : Arrays.copyOf(evidence.probability(), length),
                entropy ? evidence.entropy() : NOTHING,
                agreement ? evidence.agreement() : NOTHING,
                views ? evidence.views() : NOTHING);
    }

    /** What either asks for. */
    public EvidencePlanes and(EvidencePlanes other) {
        return new EvidencePlanes(
                Math.max(topK, other.topK),
                entropy || other.entropy,
                agreement || other.agreement,
                depth || other.depth,
                views || other.views);
    }
}
