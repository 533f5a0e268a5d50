package dev.understudy.store;

import dev.understudy.dataset.frame.FrameRecord;
import java.io.Serializable;
import java.util.List;

/**
 * The frames that are labelled together and stored in one file.
 *
 * @param id the shard's name in the store, {@code [0-9]{6,}-[0-9a-f]{8}}: its place in the plan and the start of the
 *     hash of its frames
 * @param ordinal place in the plan, from 0
 * @param frames in manifest order, at least one
 */
public record Shard(String id, int ordinal, List<FrameRecord> frames) implements Serializable {
    public Shard {
        frames = List.copyOf(frames);
    }
}
