package dev.understudy.dataset.frame;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * A decoded frame. Every map that is present has the size of the picture; what the data set does not annotate is null.
 * Immutable, and safe to hand between threads.
 */
public record Frame(
        FrameRecord record,
        RgbImage rgb,
        @Nullable DepthMap depth,
        @Nullable LabelMap segmentation,
        @Nullable NormalMap normals) {

    public String id() {
        return record.id();
    }

    public int width() {
        return rgb.width();
    }

    public int height() {
        return rgb.height();
    }

    /** What a policy or a network may see: the picture and the depth that was measured. */
    public Frame withoutTruth() {
        return new Frame(record, rgb, depth, null, null);
    }
}
