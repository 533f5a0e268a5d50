package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.store.Evidence;
import dev.understudy.dataset.store.EvidencePlanes;
import dev.understudy.dataset.store.LevelHistogram;
import dev.understudy.dataset.store.SegmentationEvidence;
import java.util.Arrays;

/**
 * Keeps of each class the most confident share (CBST, Zou et al. 2018): t_c is the confidence at that share of the sorted
 * confidences of all pixels of the store that are labelled c, taken from the index lines, in steps of 1/255. With
 * {@code relabel}, as in the original, the answer is the class of the largest p_c/t_c among the stored top k, and is kept if
 * that is at least 1; so a rare class may win over a common one. Without it only the expert's own class is asked.
 *
 * @param portion 0–1, the share of each class that is kept; the original raises it from 0.2 to 0.5
 * @param relabel whether labels may change
 */
@Named("class-balanced")
public record ClassBalanced(
        @Default("0.5") double portion, @Default("true") boolean relabel) implements PolicyRecipe {
    private static final int ALL_KEPT = 255;

    public ClassBalanced {
        new Checks().unit("portion", portion).verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        float[] least = bars(context, portion);
        if (!relabel) {
            return Threshold.atLeast(least);
        }
        FilterPolicy policy = (frame, evidence, current) -> reweighed(evidence, current, least);
        return policy.reading(EvidencePlanes.top(ALL_KEPT));
    }

    /** By class index the confidence that a share of the class's pixels in the store reaches; 1 for those without any. */
    static float[] bars(FilterContext context, double portion) {
        float[] bars = new float[256];
        Arrays.fill(bars, 1);
        context.statistics().confidence().forEach((label, histogram) -> bars[label] = threshold(histogram, portion));
        return bars;
    }

    /** Portion 0 keeps what is as confident as the most confident. A class is never divided by 0. */
    private static float threshold(LevelHistogram histogram, double portion) {
        return Math.max(0.5f, histogram.levelKeeping(portion)) / 255;
    }

    private static Judgement reweighed(Evidence evidence, Judgement current, float[] least) {
        SegmentationEvidence segmentation = Judgement.segmentation(evidence);
        int pixels = segmentation.pixels();
        byte[] classes = current.classes().clone();
        float[] confidence = current.confidence().clone();
        boolean[] kept = new boolean[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            float best = 0;
            for (int k = 0; k < segmentation.topK(); k++) {
                int label = segmentation.classes()[k * pixels + pixel] & 0xFF;
                float p = (segmentation.probability()[k * pixels + pixel] & 0xFF) / 255f;
                float ratio = p / least[label];
                if (label != LabelMap.IGNORE && ratio > best) {
                    best = ratio;
                    classes[pixel] = (byte) label;
                    confidence[pixel] = p;
                }
            }
            kept[pixel] = best >= 1 - Threshold.ROUNDING;
        }
        return current.answered(classes, confidence).weighed(pixel -> kept[pixel] ? 1 : 0);
    }
}
