package dev.understudy.store;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import org.jspecify.annotations.Nullable;

/**
 * One line of a shard's index, {@code shards/<id>.jsonl}: a frame without its pixels. {@code id} is written first.
 *
 * @param segmentation null when the store keeps none
 * @param depth null when the store keeps none
 */
public record FrameSummary(
        String id,
        int width,
        int height,
        @Nullable SegmentationSummary segmentation,
        @Nullable DepthSummary depth) {

    public static FrameSummary of(String id, Evidence evidence) {
        SegmentationEvidence segmentation = evidence.segmentation();
        DepthEvidence depth = evidence.depth();
        return new FrameSummary(
                id,
                evidence.width(),
                evidence.height(),
                segmentation == null ? null : SegmentationSummary.of(segmentation),
                depth == null ? null : DepthSummary.of(depth));
    }
}
