package dev.understudy.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * What an evaluation found. Scores are shares (0–1), metres or degrees; NaN where nothing could be scored. A task that was
 * not scored is null.
 *
 * @param frames with something to score
 */
public record EvaluationReport(
        int frames,
        @Nullable SegmentationScores segmentation,
        @Nullable DepthScores depth,
        @Nullable NormalScores normals) {}
