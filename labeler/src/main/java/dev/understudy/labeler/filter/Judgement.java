package dev.understudy.labeler.filter;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;

/**
 * What policies make of a frame: for every pixel an answer, how probable that answer is held to be, and how much it is
 * to count. The answer stays known where the weight is 0, so that a ranking of all pixels can be scored. Arrays are
 * [H,W], owned by the judgement and not to be changed.
 *
 * @param classes the answer, {@link LabelMap#IGNORE} where there is none
 * @param confidence that the answer is right, 0–1
 * @param weight 0–1; 0 where there is no answer
 */
public record Judgement(int width, int height, byte[] classes, float[] confidence, float[] weight) {
    private static final float[] SHARE = new float[256];

    static {
        for (int level = 0; level < SHARE.length; level++) {
            SHARE[level] = level / 255f;
        }
    }

    /** A stored level as a probability, 0–1. */
    static float share(int level) {
        return SHARE[level];
    }

    /** How much a pixel may count, 0–1. */
    @FunctionalInterface
    interface PixelWeight {
        float of(int pixel);
    }

    /** The expert's own answer: its most probable classes at full weight. */
    public static Judgement of(Evidence evidence) {
        SegmentationEvidence segmentation = segmentation(evidence);
        int pixels = segmentation.pixels();
        byte[] classes = segmentation.classes();
        byte[] levels = segmentation.probability();
        float[] confidence = new float[pixels];
        float[] weight = new float[pixels];
        Arrays.fill(weight, 1);
        for (int pixel = 0; pixel < pixels; pixel++) {
            confidence[pixel] = SHARE[levels[pixel] & 0xFF];
            if (classes[pixel] == (byte) LabelMap.IGNORE) {
                weight[pixel] = 0;
            }
        }
        return new Judgement(evidence.width(), evidence.height(), Arrays.copyOf(classes, pixels), confidence, weight);
    }

    static SegmentationEvidence segmentation(Evidence evidence) {
        SegmentationEvidence segmentation = evidence.segmentation();
        if (segmentation == null) {
            throw new IllegalArgumentException("a filter of labels was given evidence of depth alone");
        }
        return segmentation;
    }

    int pixels() {
        return classes.length;
    }

    /**
     * Lets no pixel count more than {@code limit} says; the smaller weight, so that saying it twice changes nothing.
     */
    Judgement weighed(PixelWeight limit) {
        float[] less = weight.clone();
        for (int pixel = 0; pixel < less.length; pixel++) {
            if (less[pixel] > 0) {
                less[pixel] = Math.min(less[pixel], limit.of(pixel));
            }
        }
        return new Judgement(width, height, classes, confidence, less);
    }

    /** Lets no pixel count that is dropped. */
    Judgement without(boolean[] dropped) {
        float[] less = weight.clone();
        for (int pixel = 0; pixel < less.length; pixel++) {
            less[pixel] = dropped[pixel] ? 0 : less[pixel];
        }
        return new Judgement(width, height, classes, confidence, less);
    }

    /** Other answers at the weights that there are. */
    Judgement answered(byte[] otherClasses, float[] otherConfidence) {
        return new Judgement(width, height, otherClasses, otherConfidence, weight);
    }

    /** What both keep: the smaller weight and confidence; nothing where the answers differ. */
    Judgement and(Judgement other) {
        float[] least = new float[weight.length];
        float[] surest = new float[weight.length];
        for (int pixel = 0; pixel < least.length; pixel++) {
            boolean agreed = classes[pixel] == other.classes[pixel];
            least[pixel] = agreed ? Math.min(weight[pixel], other.weight[pixel]) : 0;
            surest[pixel] = Math.min(confidence[pixel], other.confidence[pixel]);
        }
        return new Judgement(width, height, classes, surest, least);
    }

    /** Mean over the pixels that have an answer, 0–1; 0 if none has. */
    public double meanConfidence() {
        double sum = 0;
        long answers = 0;
        for (int pixel = 0; pixel < classes.length; pixel++) {
            if (classes[pixel] != (byte) LabelMap.IGNORE) {
                sum += confidence[pixel];
                answers++;
            }
        }
        return answers == 0 ? 0 : sum / answers;
    }

    /** The labels that count. */
    public PseudoLabel kept() {
        byte[] labels = classes.clone();
        for (int pixel = 0; pixel < labels.length; pixel++) {
            if (weight[pixel] == 0) {
                labels[pixel] = (byte) LabelMap.IGNORE;
            }
        }
        return new PseudoLabel(new LabelMap(width, height, labels), weight);
    }

    /**
     * Says which labels of a frame are to be believed: a policy over a store, or what knows the truth and shows how far
     * a policy is from perfect. The same frame always gets the same judgement. Safe for use by several threads.
     */
    @FunctionalInterface
    public interface LabelJudge {
        /** @throws dev.understudy.files.DataException if there is nothing to judge the frame by */
        Judgement judge(Frame frame);
    }
}
