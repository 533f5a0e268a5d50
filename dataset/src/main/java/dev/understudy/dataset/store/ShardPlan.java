package dev.understudy.dataset.store;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.file.Sha256;
import dev.understudy.dataset.frame.FrameRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which frame goes into which shard: a function of the frames to label, in their order, and of the shard size, and of
 * nothing else. Frames added at the end leave every full shard as it was; only a last, partly filled one changes.
 *
 * <p>Immutable. Costs a few dozen bytes a shard beside the records themselves.
 */
public final class ShardPlan {
    private final int shardSize;
    private final List<Shard> shards;
    private final int frames;
    private final String digest;

    private ShardPlan(int shardSize, List<Shard> shards, int frames, String digest) {
        this.shardSize = shardSize;
        this.shards = List.copyOf(shards);
        this.frames = frames;
        this.digest = digest;
    }

    /**
     * @param frames those to be labelled, in manifest order; may be empty
     * @throws DataException if two frames have the same id
     */
    public static ShardPlan of(List<FrameRecord> frames, int shardSize) {
        if (shardSize < 1) {
            throw new IllegalArgumentException("shard size " + shardSize + ", expected at least 1");
        }
        refuseDuplicates(frames);
        MessageDigest whole = Sha256.digest();
        whole.update(("shards of " + shardSize + "\n").getBytes(StandardCharsets.UTF_8));
        List<Shard> shards = new ArrayList<>();
        for (int start = 0; start < frames.size(); start += shardSize) {
            List<FrameRecord> part = frames.subList(start, Math.min(start + shardSize, frames.size()));
            String hash = hash(part);
            whole.update((hash + "\n").getBytes(StandardCharsets.UTF_8));
            shards.add(new Shard(idOf(shards.size(), hash), shards.size(), part));
        }
        return new ShardPlan(shardSize, shards, frames.size(), Sha256.hex(whole));
    }

    public int shardSize() {
        return shardSize;
    }

    /** In order of their ordinals. */
    public List<Shard> shards() {
        return shards;
    }

    public int frames() {
        return frames;
    }

    /** SHA-256 of shard size, ids and pictures' paths, in order: the same for the same frames to label. */
    public String digest() {
        return digest;
    }

    /**
     * Whether a shard that an earlier plan made of {@code frameCount} frames holds the first {@code frameCount} frames of
     * this plan's shard of the same ordinal: what is left of a shard to which frames were added.
     */
    boolean continues(String shardId, int ordinal, int frameCount) {
        if (ordinal >= shards.size()) {
            return false;
        }
        List<FrameRecord> now = shards.get(ordinal).frames();
        return frameCount <= now.size()
                && idOf(ordinal, hash(now.subList(0, frameCount))).equals(shardId);
    }

    private static String idOf(int ordinal, String hash) {
        return String.format(Locale.ROOT, "%06d-%s", ordinal, hash.substring(0, 8));
    }

    /** What decides an expert's answer: the frame's name and its picture. Neither may contain a line break. */
    private static String hash(List<FrameRecord> frames) {
        MessageDigest digest = Sha256.digest();
        for (FrameRecord frame : frames) {
            digest.update((frame.id() + "\n" + frame.rgb() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.hex(digest);
    }

    private static void refuseDuplicates(List<FrameRecord> frames) {
        Set<String> ids = new HashSet<>(frames.size() * 2);
        for (FrameRecord frame : frames) {
            if (!ids.add(frame.id())) {
                throw new DataException("the frame id " + frame.id()
                        + " occurs twice among the frames to label; give every frame of the manifest an id of its own");
            }
        }
    }
}
