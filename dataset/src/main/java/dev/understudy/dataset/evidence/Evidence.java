package dev.understudy.dataset.evidence;

import org.jspecify.annotations.Nullable;

/**
 * An expert's evidence for one frame, at the frame's own size, quantised as it is stored. At least one part is present.
 */
public record Evidence(
        int width,
        int height,
        @Nullable SegmentationEvidence segmentation,
        @Nullable DepthEvidence depth) {

    public Evidence {
        if (segmentation == null && depth == null) {
            throw new IllegalArgumentException("evidence of neither segmentation nor depth");
        }
        int pixels = Math.multiplyExact(width, height);
        if (segmentation != null && segmentation.pixels() != pixels) {
            throw new IllegalArgumentException("segmentation evidence of " + segmentation.pixels()
                    + " pixels in a frame of " + width + "×" + height);
        }
        if (depth != null && depth.metres().length != pixels) {
            throw new IllegalArgumentException(
                    "depth evidence of " + depth.metres().length + " pixels in a frame of " + width + "×" + height);
        }
    }
}
