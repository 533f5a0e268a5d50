package dev.understudy.store;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which frame goes into which shard: a function of the frames to label, in their order, and of the shard size, and of
 * nothing else. Frames added at the end leave every full shard as it was; only a last, partly filled one changes.
 *
 * <p>Frames that are labelled together, such as those of a scene that is fused, may be given in groups: a shard then
 * holds frames of one group, its name depends on all of the group's frames, and its ordinal is the place of its first
 * frame among all of them. Frames added anywhere change the shards of their group and no others.
 *
 * <p>Immutable. Costs a few dozen bytes a shard beside the records themselves.
 */
public final class ShardPlan {
    private final int shardSize;
    private final List<Shard> shards;
    private final int frames;
    private final String digest;
    private final boolean grouped;

    private ShardPlan(int shardSize, List<Shard> shards, int frames, String digest, boolean grouped) {
        this.grouped = grouped;
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
        return new ShardPlan(shardSize, shards, frames.size(), Sha256.hex(whole), false);
    }

    /**
     * @param frames in manifest order; may be empty
     * @param groups of them, each frame in one
     * @throws DataException if two frames have the same id
     */
    public static ShardPlan ofGroups(List<FrameRecord> frames, List<List<FrameRecord>> groups, int shardSize) {
        refuseDuplicates(frames);
        Map<String, Integer> places = new HashMap<>(frames.size() * 2);
        frames.forEach(frame -> places.put(frame.id(), places.size()));
        MessageDigest whole = Sha256.digest();
        whole.update(("groups in shards of " + shardSize + "\n").getBytes(StandardCharsets.UTF_8));
        List<Shard> shards = new ArrayList<>();
        int grouped = 0;
        for (List<FrameRecord> group : groups) {
            String all = hashOfPlaces(group);
            for (int start = 0; start < group.size(); start += shardSize) {
                List<FrameRecord> part = group.subList(start, Math.min(start + shardSize, group.size()));
                int ordinal = part.stream()
                        .mapToInt(frame -> places.get(frame.id()))
                        .min()
                        .orElseThrow();
                shards.add(new Shard(idOf(ordinal, Sha256.of(all + hash(part))), ordinal, part));
            }
            whole.update((all + "\n").getBytes(StandardCharsets.UTF_8));
            grouped += group.size();
        }
        if (grouped != frames.size()) {
            throw new IllegalArgumentException(grouped + " frames in groups, of " + frames.size());
        }
        return new ShardPlan(shardSize, shards, grouped, Sha256.hex(whole), true);
    }

    /** Whether {@link #ofGroups} made it. */
    boolean isGrouped() {
        return grouped;
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
     * Whether a shard that an earlier plan made of {@code frameCount} frames holds the first {@code frameCount} frames
     * of this plan's shard of the same ordinal: what is left of a shard to which frames were added.
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

    /** What decides what frames say together: beside their names where they were, and the files of their depth. */
    private static String hashOfPlaces(List<FrameRecord> group) {
        MessageDigest digest = Sha256.digest();
        for (FrameRecord frame : group) {
            digest.update((frame.id() + "\n" + frame.depth() + "\n").getBytes(StandardCharsets.UTF_8));
            Intrinsics camera = frame.intrinsics();
            add(digest, frame.depthScale() == null ? List.of() : List.of(frame.depthScale()));
            add(digest, frame.pose() == null ? List.of() : frame.pose());
            add(digest, camera == null ? List.of() : List.of(camera.fx(), camera.fy(), camera.cx(), camera.cy()));
        }
        return Sha256.hex(digest);
    }

    /** Bit by bit, since versions of Java write the same number in different digits. */
    private static void add(MessageDigest digest, List<Double> numbers) {
        StringBuilder bits = new StringBuilder();
        numbers.forEach(number ->
                bits.append(Long.toHexString(Double.doubleToLongBits(number))).append(' '));
        digest.update(bits.append('\n').toString().getBytes(StandardCharsets.UTF_8));
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

    /**
     * The frames that are labelled together and stored in one file.
     *
     * @param id the shard's name in the store, {@code [0-9]{6,}-[0-9a-f]{8}}: its place in the plan and the start of
     * the
     *     hash of its frames
     * @param ordinal place in the plan, from 0
     * @param frames in manifest order, at least one
     */
    public record Shard(String id, int ordinal, List<FrameRecord> frames) implements Serializable {
        public Shard {
            frames = List.copyOf(frames);
        }
    }
}
