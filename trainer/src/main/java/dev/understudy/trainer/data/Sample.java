package dev.understudy.trainer.data;

import dev.understudy.dataset.image.LabelMap;
import org.jspecify.annotations.Nullable;

/**
 * One augmented frame, cut to the crop's size; null = it does not teach that task. Row-major, channels last.
 *
 * @param rgb normalised
 * @param classes unsigned; {@link LabelMap#IGNORE} = no label
 * @param weight in [0, 1], by pixel
 * @param soft what else each labelled pixel may be
 * @param depth metres; 0 = none
 * @param normals unit vectors; (0, 0, 0) = none
 */
record Sample(
        String id,
        float[] rgb,
        byte @Nullable [] classes,
        float @Nullable [] weight,
        @Nullable SoftLabels soft,
        float @Nullable [] depth,
        float @Nullable [] normals) {}
