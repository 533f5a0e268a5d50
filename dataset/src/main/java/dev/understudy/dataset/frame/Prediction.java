package dev.understudy.dataset.frame;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import org.jspecify.annotations.Nullable;

/**
 * What a predictor says of one frame, at the frame's own size; null for a task that it does not do.
 */
public record Prediction(
        @Nullable LabelMap segmentation,
        @Nullable DepthMap depth,
        @Nullable NormalMap normals) {}
