package dev.understudy.labeler.filter;

import dev.understudy.dataset.image.LabelMap;

/**
 * What a filter makes of evidence: a class or {@link LabelMap#IGNORE} per pixel, and how much each pixel counts.
 *
 * @param weight [H,W] in [0, 1]; 0 exactly where the label is ignored
 */
public record PseudoLabel(LabelMap labels, float[] weight) {
    public PseudoLabel {
        if (weight.length != labels.classes().length) {
            throw new IllegalArgumentException(weight.length + " weights for " + labels.classes().length + " labels");
        }
    }
}
