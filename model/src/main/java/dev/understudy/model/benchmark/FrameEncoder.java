package dev.understudy.model.benchmark;

import dev.understudy.dataset.store.SegmentationEvidence;
import java.util.function.Consumer;

/**
 * Writes evidence of a frame down, as often as there are frames in a shard.
 *
 * @param frames that one call writes
 */
public record FrameEncoder(int frames, Consumer<SegmentationEvidence> encode) {}
