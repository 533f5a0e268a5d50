package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;

/**
 * Which classes a pixel's own experts name, and all that follows from that and what is common, whatever the
 * probabilities: pixels that have something in common mostly name the same classes in the same order.
 */
final class Naming {
    /** Of few classes: {@link PosteriorRow#name}. */
    long name;
    /** As they are named, by expert and rank. */
    byte[] classes = new byte[Posterior.FEW];
    /** By expert and rank the place of the class among those named. */
    int[] places = new int[Posterior.FEW];

    /** Of what is named; {@link Posterior#NONE} if nothing was looked at yet. */
    int count;
    /** {@link Posterior#key}s of these classes in what is common, by place. */
    int[] base = new int[Posterior.FEW];
    /** That are named; fewer than {@link #count} where experts agree. */
    int distinct;
    /** {@link Posterior#key}s of the best other classes of what is common, best first, then {@link Posterior#NONE}. */
    int[] behind = new int[Posterior.FEW];
    /** {@link Posterior#key}s of classes that nobody names, as many as are needed when there are too few others. */
    int[] unnamed = Posterior.NO_KEYS;
    /** Of the other classes of what is common. */
    int entropy;
    /** Classes that nobody names. */
    int others;

    /** Whether no class is named twice. */
    boolean isPlain() {
        return distinct == count;
    }

    /** By rank a key of what is common of the class that the pixel names. */
    int base(int rank) {
        return base[rank];
    }

    /** Key of the best, second, … of the other classes, down to the one at {@link Posterior#FEW}. */
    int behind(int rank) {
        return behind[rank];
    }

    /** Of the other classes. */
    int entropy() {
        return entropy;
    }

    int others() {
        return others;
    }

    boolean isOf(SegmentationEvidence[] evidence, int pixel, int pixels) {
        int i = 0;
        for (SegmentationEvidence one : evidence) {
            byte[] named = one.classes();
            for (int at = pixel; at < named.length; at += pixels) {
                if (i >= count || named[at] != classes[i++]) {
                    return false;
                }
            }
        }
        return i == count;
    }

    void take(SegmentationEvidence[] evidence, int pixel, int pixels) {
        int size = 0;
        for (SegmentationEvidence one : evidence) {
            size += (one.classes().length - pixel + pixels - 1) / pixels;
        }
        if (size > classes.length) {
            classes = new byte[size];
            places = new int[size];
            base = new int[size];
        }
        count = 0;
        for (SegmentationEvidence one : evidence) {
            for (int at = pixel; at < one.classes().length; at += pixels) {
                classes[count++] = one.classes()[at];
            }
        }
    }
}
