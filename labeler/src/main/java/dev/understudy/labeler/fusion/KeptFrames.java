package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.DepthMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Frames of which each is looked at twice, to make the map and to read it back: what is read the first time is kept as
 * far as there is room, until it is let go. What there is no room for is read again. One thread.
 */
final class KeptFrames implements SceneFrames.Wrapper {
    private final SceneFrames frames;
    /** Bytes that may be kept still; below 0 when more are kept than may be. */
    private long room;

    private long allowed;
    private final Map<Integer, DepthMap> depths = new HashMap<>();
    private final Map<Integer, List<SegmentationEvidence>> evidence = new HashMap<>();

    /** @param room bytes */
    KeptFrames(SceneFrames frames, long room) {
        this.frames = frames;
        this.room = room;
        this.allowed = room;
    }

    /** @param bytes that may be kept in all from now on */
    void allow(long bytes) {
        room += bytes - allowed;
        allowed = bytes;
    }

    /** Keeps nothing of what was read. @param bytes that may be kept from now on */
    void forget(long bytes) {
        depths.clear();
        evidence.clear();
        room = bytes;
        allowed = bytes;
    }

    @Override
    public SceneFrames frames() {
        return frames;
    }

    @Override
    public DepthMap depth(int index) {
        DepthMap depth = depths.get(index);
        if (depth == null) {
            depth = frames.depth(index);
            if (reserve(bytes(depth))) {
                depths.put(index, depth);
            }
        }
        return depth;
    }

    @Override
    public List<SegmentationEvidence> evidence(int index) {
        List<SegmentationEvidence> said = evidence.get(index);
        if (said == null) {
            said = frames.evidence(index);
            if (reserve(bytes(said))) {
                evidence.put(index, said);
            }
        }
        return said;
    }

    /** The frame has been read back. */
    void letGo(int index) {
        DepthMap depth = depths.remove(index);
        List<SegmentationEvidence> said = evidence.remove(index);
        room += (depth == null ? 0 : bytes(depth)) + (said == null ? 0 : bytes(said));
    }

    private boolean reserve(long bytes) {
        boolean fits = bytes <= room;
        room -= fits ? bytes : 0;
        return fits;
    }

    private static long bytes(DepthMap depth) {
        return (long) Float.BYTES * depth.metres().length;
    }

    private static long bytes(List<SegmentationEvidence> said) {
        return said.stream()
                .mapToLong(one -> (long) one.classes().length
                        + one.probability().length
                        + one.entropy().length
                        + one.agreement().length
                        + one.views().length)
                .sum();
    }
}
