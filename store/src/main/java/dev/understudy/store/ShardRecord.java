package dev.understudy.store;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * {@code shards/<id>.json}: written last of a shard's files, so a shard is there when its record is.
 *
 * @param id of the shard
 * @param ordinal its place in the plan
 * @param evidence the {@code .h5}
 * @param index the {@code .jsonl}, one line a frame
 * @param quarantine null when every frame was labelled
 */
public record ShardRecord(
        String id,
        int ordinal,
        StoreTotals totals,
        StoredFile evidence,
        StoredFile index,
        @Nullable StoredFile quarantine)
        implements Serializable {}
