package dev.understudy.dataset.evidence;

/**
 * The top-k classes of every pixel and how sure the expert was. Evidence that was read in part ({@link EvidencePlanes})
 * has an empty entropy or agreement where that was not asked for.
 *
 * @param topK number of classes kept per pixel, K ≥ 1
 * @param classes [K,H,W] unsigned class indices, most probable first
 * @param probability [K,H,W] unsigned, p·255 rounded to nearest
 * @param entropy [H,W] unsigned, entropy over all classes divided by ln(number of classes), ·255 rounded
 * @param agreement [H,W] unsigned, share of test-time views whose own winner is {@code classes[0]}, ·255 rounded; 255
 *     with a single view; in a store of fused views the share of those that saw the place
 * @param views [H,W] unsigned, how many views of the place had a say, 255 = that many or more; empty in a store of
 *     single frames
 */
public record SegmentationEvidence(
        int topK, byte[] classes, byte[] probability, byte[] entropy, byte[] agreement, byte[] views) {
    public SegmentationEvidence {
        if (topK < 1
                || classes.length % topK != 0
                || probability.length != classes.length
                || !isPlane(entropy, classes.length / topK)
                || !isPlane(agreement, classes.length / topK)
                || !isPlane(views, classes.length / topK)) {
            throw new IllegalArgumentException("top-" + topK + " evidence with " + classes.length + " classes, "
                    + probability.length + " probabilities, " + entropy.length + " entropies, " + agreement.length
                    + " agreements and " + views.length + " views");
        }
    }

    /** Of a frame by itself. */
    public SegmentationEvidence(int topK, byte[] classes, byte[] probability, byte[] entropy, byte[] agreement) {
        this(topK, classes, probability, entropy, agreement, new byte[0]);
    }

    private static boolean isPlane(byte[] values, int pixels) {
        return values.length == pixels || values.length == 0;
    }

    /** H·W. */
    public int pixels() {
        return classes.length / topK;
    }

    /** Whether entropy and agreement are there. */
    public boolean isWhole() {
        return entropy.length == pixels() && agreement.length == pixels();
    }
}
