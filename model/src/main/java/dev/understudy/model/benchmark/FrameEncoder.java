package dev.understudy.model.benchmark;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import java.util.function.Consumer;

/**
 * How a benchmark writes evidence down: several frames in one shard, whose files are forced to disk and read back once.
 *
 * @param frames how often one call of {@code encode} writes the evidence
 * @param encode writes the evidence of one frame as that of all frames of a shard
 */
public record FrameEncoder(int frames, Consumer<SegmentationEvidence> encode) {}
