package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.filter.ConfidencePolicies.Threshold;
import java.util.Arrays;

/**
 * Keeps of each class the most confident share (CBST, Zou et al. 2018): t_c is the confidence at that share of the
 * sorted confidences of all pixels of the store that are labelled c, taken from the index lines, in steps of 1/255.
 * With {@code relabel}, as in the original, the answer is the class of the largest p_c/t_c among the stored top k, and
 * is kept if that is at least 1; so a rare class may win over a common one. Without it only the expert's own class is
 * asked.
 *
 * @param portion 0–1, the share of each class that is kept; the original raises it from 0.2 to 0.5
 * @param relabel whether labels may change
 */
@Named("class-balanced")
public record ClassBalanced(
        @Default("0.5") double portion, @Default("true") boolean relabel) implements PolicyRecipe {
    private static final int ALL_KEPT = 255;
    private static final int LEVELS = 256;

    public ClassBalanced {
        new Checks().unit("portion", portion).verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        float[] least = thresholds(context, portion);
        if (!relabel) {
            return Threshold.atLeast(least);
        }
        float[] multiples = multiples(least);
        FilterPolicy policy = (frame, evidence, current) -> reweighed(evidence, current, multiples);
        return policy.reading(EvidencePlanes.top(ALL_KEPT));
    }

    /**
     * By class index the confidence that a share of the class's pixels in the store reaches; 1 for those without any.
     */
    static float[] thresholds(FilterContext context, double portion) {
        float[] thresholds = new float[256];
        Arrays.fill(thresholds, 1);
        context.statistics()
                .confidence()
                .forEach((label, histogram) -> thresholds[label] = threshold(histogram, portion));
        return thresholds;
    }

    /** Portion 0 keeps what is as confident as the most confident. A class is never divided by 0. */
    private static float threshold(LevelHistogram histogram, double portion) {
        return Math.max(0.5f, histogram.levelKeeping(portion)) / 255;
    }

    private static Judgement reweighed(Evidence evidence, Judgement current, float[] multiples) {
        SegmentationEvidence segmentation = Judgement.segmentation(evidence);
        int pixels = segmentation.pixels();
        byte[] classes = current.classes().clone();
        float[] confidence = current.confidence().clone();
        float[] best = new float[pixels];
        for (int from = 0; from < segmentation.topK() * pixels; from += pixels) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                byte label = segmentation.classes()[from + pixel];
                int level = segmentation.probability()[from + pixel] & 0xFF;
                float multiple = multiples[(label & 0xFF) * LEVELS + level];
                if (multiple > best[pixel]) {
                    best[pixel] = multiple;
                    classes[pixel] = label;
                    confidence[pixel] = level / 255f;
                }
            }
        }
        // The weights take the place of the multiples: one array of the frame's size less.
        for (int pixel = 0; pixel < pixels; pixel++) {
            best[pixel] = best[pixel] >= 1 - Threshold.ROUNDING ? current.weight()[pixel] : 0;
        }
        return new Judgement(current.width(), current.height(), classes, confidence, best);
    }

    /**
     * By class and stored level how many times its threshold that is; 0 where there is no class. A division a pixel
     * would take longer.
     */
    private static float[] multiples(float[] least) {
        float[] multiples = new float[LEVELS * LEVELS];
        for (int label = 0; label < LabelMap.IGNORE; label++) {
            for (int level = 0; level < LEVELS; level++) {
                multiples[label * LEVELS + level] = level / 255f / least[label];
            }
        }
        return multiples;
    }
}
