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
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH = 0x8080808080808080L;

    public ClassBalanced {
        new Checks().unit("portion", portion).verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        float[] least = thresholds(context, portion);
        if (!relabel) {
            return Threshold.atLeast(least);
        }
        Multiples multiples = Multiples.of(least);
        FilterPolicy policy = (frame, evidence, current) -> reweighed(evidence, current, multiples);
        int enough = context.isUncalibrated() ? placesThatCanBeKept(least) : ALL_KEPT;
        return policy.reading(EvidencePlanes.top(ALL_KEPT), policy.reading(EvidencePlanes.top(enough)));
    }

    /**
     * How many of a pixel's most probable classes can reach their thresholds: the k-th has a probability of 1/k at
     * most, and where all that can be kept is known, what lies behind could only win where nothing is kept.
     *
     * @param least by class
     */
    private static int placesThatCanBeKept(float[] least) {
        float lowest = 1;
        for (int label = 0; label < LabelMap.IGNORE; label++) {
            lowest = Math.min(lowest, least[label]);
        }
        int places = 1;
        // A step for the rounding of what is stored, and one for that of whoever calculated it
        while (places < ALL_KEPT && (255 / (places + 1) + 2) / 255f >= lowest * (1 - 2 * Threshold.ROUNDING)) {
            places++;
        }
        return places;
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

    private static Judgement reweighed(Evidence evidence, Judgement current, Multiples multiples) {
        SegmentationEvidence segmentation = Judgement.segmentation(evidence);
        int pixels = segmentation.pixels();
        // The classes of the largest multiples so far, and their levels
        byte[] classes = Arrays.copyOf(segmentation.classes(), pixels);
        byte[] levels = Arrays.copyOf(segmentation.probability(), pixels);
        byte[] beaten = new byte[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            beaten[pixel] = multiples.beaten[Multiples.index(classes[pixel], levels[pixel])];
        }
        for (int from = pixels; from < segmentation.topK() * pixels; from += pixels) {
            contend(segmentation, from, multiples, classes, levels, beaten);
        }
        float[] confidence = current.confidence().clone();
        float[] weight = new float[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            float multiple = multiples.of[Multiples.index(classes[pixel], levels[pixel])];
            if (multiple > 0) {
                confidence[pixel] = Judgement.share(levels[pixel] & 0xFF);
            } else {
                classes[pixel] = current.classes()[pixel];
            }
            weight[pixel] = multiple >= 1 - Threshold.ROUNDING ? current.weight()[pixel] : 0;
        }
        return new Judgement(current.width(), current.height(), classes, confidence, weight);
    }

    /**
     * Lets the pixels' next most probable classes win where their multiple is larger. Hardly any pixel's is, which
     * eight levels at once tell.
     *
     * @param from where these classes start in the evidence
     * @param beaten by pixel the highest level whose multiple is not larger whatever its class
     */
    private static void contend(
            SegmentationEvidence segmentation,
            int from,
            Multiples multiples,
            byte[] classes,
            byte[] levels,
            byte[] beaten) {
        byte[] theirs = segmentation.probability();
        int pixels = beaten.length;
        for (int start = 0; start < pixels; start += Long.BYTES) {
            boolean whole = start + Long.BYTES <= pixels;
            if (whole && !anyAbove((long) EIGHT.get(theirs, from + start), (long) EIGHT.get(beaten, start))) {
                continue;
            }
            for (int pixel = start; pixel < Math.min(start + Long.BYTES, pixels); pixel++) {
                byte level = theirs[from + pixel];
                if ((level & 0xFF) > (beaten[pixel] & 0xFF)) {
                    byte label = segmentation.classes()[from + pixel];
                    int index = Multiples.index(label, level);
                    if (multiples.of[index] > multiples.of[Multiples.index(classes[pixel], levels[pixel])]) {
                        classes[pixel] = label;
                        levels[pixel] = level;
                        beaten[pixel] = multiples.beaten[index];
                    }
                }
            }
        }
    }

    /** Whether one of eight bytes, unsigned, is above that of the other eight in its place. */
    private static boolean anyAbove(long one, long other) {
        // The high bits are set against each other, and where they are equal the rest is, without a borrow
        long notBelow = (other | HIGH) - (one & ~HIGH);
        return ((one & ~other | ~(one ^ other) & ~notBelow) & HIGH) != 0;
    }

    /**
     * How many times its class's threshold a stored level is. A division a pixel would take longer.
     *
     * @param of by class and level; 0 where there is no class
     * @param beaten likewise the highest level that has no larger multiple, whatever its class
     */
    private record Multiples(float[] of, byte[] beaten) {
        static Multiples of(float[] least) {
            float[] of = new float[LEVELS * LEVELS];
            float[] most = new float[LEVELS];
            for (int label = 0; label < LabelMap.IGNORE; label++) {
                for (int level = 0; level < LEVELS; level++) {
                    float multiple = level / 255f / least[label];
                    of[label * LEVELS + level] = multiple;
                    most[level] = Math.max(most[level], multiple);
                }
            }
            byte[] beaten = new byte[of.length];
            for (int label = 0; label < LEVELS; label++) {
                int highest = 0;
                for (int level = 0; level < LEVELS; level++) {
                    // Both rise with the level
                    while (highest < LEVELS - 1 && most[highest + 1] <= of[label * LEVELS + level]) {
                        highest++;
                    }
                    beaten[label * LEVELS + level] = (byte) highest;
                }
            }
            return new Multiples(of, beaten);
        }

        static int index(byte label, byte level) {
            return (label & 0xFF) * LEVELS + (level & 0xFF);
        }
    }
}
