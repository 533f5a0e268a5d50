package dev.understudy.store;

import dev.understudy.dataset.evidence.LevelHistogram;
import java.io.Serializable;

/**
 * What a task hands to the driver: a shard that is written, on disk and read back under its temporary names, and waits to
 * be published. Small: nothing in it grows with pixels or frames.
 *
 * @param attempt the temporary names are {@code .tmp/<shard-id>.<attempt>.*}
 * @param confidence histogram of the most probable class's probability over the pixels; for watching, it is not stored
 */
public record ShardResult(String attempt, ShardRecord record, LevelHistogram confidence) implements Serializable {}
