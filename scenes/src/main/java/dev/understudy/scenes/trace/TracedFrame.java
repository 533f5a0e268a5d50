package dev.understudy.scenes.trace;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;

/**
 * What the ray caster found, before any sensor looked at it.
 *
 * @param radiance {@code height·width·3} floats, HWC, linear light without an upper bound; owned by the frame
 */
public record TracedFrame(float[] radiance, DepthMap depth, LabelMap labels, NormalMap normals) {
    public int width() {
        return depth.width();
    }

    public int height() {
        return depth.height();
    }
}
