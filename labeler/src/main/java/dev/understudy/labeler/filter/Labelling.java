package dev.understudy.labeler.filter;

import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.store.Evidence;
import dev.understudy.dataset.store.PseudoLabel;
import dev.understudy.dataset.store.SegmentationEvidence;
import java.util.Arrays;

/** The ways in which policies put pseudo-labels together; all hold that a weight is 0 exactly where there is no label. */
final class Labelling {
    private Labelling() {}

    /** How much a pixel counts, 0–1. */
    @FunctionalInterface
    interface PixelWeight {
        float of(int pixel);
    }

    static SegmentationEvidence segmentation(Evidence evidence) {
        SegmentationEvidence segmentation = evidence.segmentation();
        if (segmentation == null) {
            throw new IllegalArgumentException("a filter of labels was given evidence of depth alone");
        }
        return segmentation;
    }

    /** The most probable classes, weighted; a pixel of weight 0 is ignored. */
    static PseudoLabel weighted(Evidence evidence, PixelWeight weights) {
        SegmentationEvidence segmentation = segmentation(evidence);
        int pixels = segmentation.entropy().length;
        byte[] classes = Arrays.copyOf(segmentation.classes(), pixels);
        float[] weight = new float[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            if (classes[pixel] == (byte) LabelMap.IGNORE) {
                continue;
            }
            weight[pixel] = weights.of(pixel);
            if (weight[pixel] == 0) {
                classes[pixel] = (byte) LabelMap.IGNORE;
            }
        }
        return new PseudoLabel(new LabelMap(evidence.width(), evidence.height(), classes), weight);
    }

    /**
     * What both keep: the smaller weight, so that asking twice changes nothing. Where they name different classes nothing
     * is kept.
     */
    static PseudoLabel both(PseudoLabel one, PseudoLabel other) {
        byte[] classes = one.labels().classes().clone();
        float[] weight = new float[classes.length];
        for (int pixel = 0; pixel < classes.length; pixel++) {
            boolean agreed = classes[pixel] == other.labels().classes()[pixel];
            weight[pixel] = agreed ? Math.min(one.weight()[pixel], other.weight()[pixel]) : 0;
            if (weight[pixel] == 0) {
                classes[pixel] = (byte) LabelMap.IGNORE;
            }
        }
        return new PseudoLabel(new LabelMap(one.labels().width(), one.labels().height(), classes), weight);
    }
}
