package dev.understudy.dataset.store;

import org.jspecify.annotations.Nullable;

/**
 * One line of a shard's index, {@code shards/<id>.jsonl}: a frame without its pixels.
 *
 * @param depth whether there is depth evidence
 */
public record FrameSummary(
        String id, int width, int height, @Nullable SegmentationSummary segmentation, boolean depth) {}
