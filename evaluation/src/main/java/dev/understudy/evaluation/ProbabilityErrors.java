package dev.understudy.evaluation;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;

/**
 * Negative log-likelihood and Brier score of stored evidence. Both judge the distribution over all classes, of which
 * the store keeps the K most probable: what is left, 1 − Σp, is spread evenly over the other C − K classes. So where
 * the truth is among the top K both are exact but for the rounding to 1/255; elsewhere they are those of the even
 * spread. Neither the probability of a kept class nor the whole of the rest counts as less than half a stored step,
 * 0.5/255, in the likelihood, since 0 only says that.
 *
 * <p>Not safe for use by several threads: give each its own and {@link #merge}.
 */
public final class ProbabilityErrors {
    private static final double TOP = 255;
    private static final double LEAST = 0.5 / TOP;

    private final int classes;
    private double logLoss;
    private double brier;
    private long pixels;

    /** @param classes of the space, C */
    public ProbabilityErrors(int classes) {
        this.classes = classes;
    }

    /** Counts the pixels of one frame that have truth and a label. */
    public void add(LabelMap truth, SegmentationEvidence evidence) {
        int size = evidence.pixels();
        if (truth.classes().length != size) {
            throw new IllegalArgumentException(
                    "evidence of " + size + " pixels for a truth of " + truth.classes().length);
        }
        for (int pixel = 0; pixel < size; pixel++) {
            if (truth.classAt(pixel) != LabelMap.IGNORE && (evidence.classes()[pixel] & 0xFF) != LabelMap.IGNORE) {
                add(evidence, pixel, truth.classAt(pixel));
            }
        }
    }

    private void add(SegmentationEvidence evidence, int pixel, int actual) {
        int size = evidence.pixels();
        int others = classes - evidence.topK();
        double sum = 0;
        double squares = 0;
        double ofTruth = -1;
        for (int k = 0; k < evidence.topK(); k++) {
            double p = (evidence.probability()[k * size + pixel] & 0xFF) / TOP;
            sum += p;
            squares += p * p;
            if ((evidence.classes()[k * size + pixel] & 0xFF) == actual) {
                ofTruth = p;
            }
        }
        double rest = Math.max(0, 1 - sum);
        double share = others > 0 ? rest / others : 0;
        double likelihood = ofTruth >= 0 ? Math.max(ofTruth, LEAST) : Math.max(rest, LEAST) / Math.max(1, others);
        double p = ofTruth >= 0 ? ofTruth : share;
        logLoss -= Math.log(likelihood);
        brier += squares + others * share * share - 2 * p + 1;
        pixels++;
    }

    public void merge(ProbabilityErrors other) {
        logLoss += other.logLoss;
        brier += other.brier;
        pixels += other.pixels;
    }

    public long pixels() {
        return pixels;
    }

    /** Mean negative log-likelihood in nats; NaN without pixels. */
    public double negativeLogLikelihood() {
        return logLoss / pixels;
    }

    /** Mean over pixels of Σ over classes (p − [is the truth])², 0–2; NaN without pixels. */
    public double brier() {
        return brier / pixels;
    }
}
