package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.DepthMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Frames of which each is looked at twice, to make the map and to read it back: what is read the first time is kept as
 * far as there is room, until it is let go. What there is no room for is read again. Depth comes first, as it takes
 * less memory for the time that it saves. One thread.
 */
final class KeptFrames implements SceneFrames.Wrapper {
    private final SceneFrames frames;
    /** Bytes that may be kept still. */
    private long room;

    private long allowed;
    private final TreeMap<Integer, KeptDepth> depths = new TreeMap<>();
    private final Map<Integer, List<SegmentationEvidence>> evidence = new HashMap<>();
    private DepthUnits units = new DepthUnits(1);
    /** Bytes of the largest evidence that was read whole. */
    private long largest;

    /** @param room bytes */
    KeptFrames(SceneFrames frames, long room) {
        this.frames = frames;
        this.room = room;
        this.allowed = room;
    }

    /** @param bytes that may be kept in all from now on; if that is less than there is, some depth is let go */
    void allow(long bytes) {
        room += bytes - allowed;
        allowed = bytes;
        while (room < 0 && !depths.isEmpty()) {
            room += depths.pollLastEntry().getValue().bytes();
        }
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
        KeptDepth kept = depths.get(index);
        if (kept != null) {
            return kept.map();
        }
        DepthMap depth = frames.depth(index);
        KeptDepth packed = units(index).pack(depth);
        if (reserve(packed.bytes())) {
            depths.put(index, packed);
        }
        return depth;
    }

    private DepthUnits units(int index) {
        Double scale = frames.record(index).depthScale();
        if (scale != null && scale != units.scale) {
            units = new DepthUnits(scale);
        }
        return units;
    }

    @Override
    public List<SegmentationEvidence> evidence(int index) {
        List<SegmentationEvidence> ofFrame = evidence.get(index);
        if (ofFrame == null) {
            ofFrame = frames.evidence(index);
            keep(index, ofFrame);
        }
        return ofFrame;
    }

    /** Whole only if it is kept for the second time. */
    @Override
    public List<SegmentationEvidence> probabilities(int index) {
        return largest <= room || evidence.containsKey(index) ? evidence(index) : frames.probabilities(index);
    }

    private void keep(int index, List<SegmentationEvidence> ofFrame) {
        long bytes = bytes(ofFrame);
        largest = Math.max(largest, bytes);
        if (reserve(bytes)) {
            evidence.put(index, ofFrame);
        }
    }

    /** The frame has been read back. */
    void letGo(int index) {
        KeptDepth depth = depths.remove(index);
        List<SegmentationEvidence> ofFrame = evidence.remove(index);
        room += (depth == null ? 0 : depth.bytes()) + (ofFrame == null ? 0 : bytes(ofFrame));
    }

    private boolean reserve(long bytes) {
        boolean fits = bytes <= room;
        room -= fits ? bytes : 0;
        return fits;
    }

    private static long bytes(List<SegmentationEvidence> ofFrame) {
        return ofFrame.stream()
                .mapToLong(one -> (long) one.classes().length
                        + one.probability().length
                        + one.entropy().length
                        + one.agreement().length
                        + one.views().length)
                .sum();
    }

    /** Depth in memory. */
    private interface KeptDepth {
        DepthMap map();

        long bytes();
    }

    /** As it is. */
    private record WholeDepth(DepthMap map) implements KeptDepth {
        @Override
        public long bytes() {
            return (long) Float.BYTES * map.metres().length;
        }
    }

    /** In the 16 bits that its file had. */
    private record PackedDepth(int width, int height, char[] values, float[] metresOf) implements KeptDepth {
        @Override
        public DepthMap map() {
            float[] metres = new float[values.length];
            for (int pixel = 0; pixel < metres.length; pixel++) {
                metres[pixel] = metresOf[values[pixel]];
            }
            return new DepthMap(width, height, metres);
        }

        @Override
        public long bytes() {
            return (long) Character.BYTES * values.length;
        }
    }

    /** The depths that a file of 16 bits can hold. */
    private static final class DepthUnits {
        private final double scale;
        private final float[] metresOf = new float[Character.MAX_VALUE + 1];

        /** @param scale units per metre */
        DepthUnits(double scale) {
            this.scale = scale;
            for (int value = 0; value < metresOf.length; value++) {
                metresOf[value] = (float) (value / scale);
            }
        }

        /**
         * In half the memory if exactly these depths come back, which is asked once: a branch for each pixel takes four
         * times as long.
         */
        KeptDepth pack(DepthMap depth) {
            float[] metres = depth.metres();
            float[] metresOf = this.metresOf;
            float perMetre = (float) scale;
            char[] values = new char[metres.length];
            int wrong = 0;
            for (int pixel = 0; pixel < metres.length; pixel++) {
                char value = (char) (int) (metres[pixel] * perMetre + 0.5f);
                wrong |= Float.floatToRawIntBits(metresOf[value]) ^ Float.floatToRawIntBits(metres[pixel]);
                values[pixel] = value;
            }
            return wrong == 0
                    ? new PackedDepth(depth.width(), depth.height(), values, metresOf)
                    : new WholeDepth(depth);
        }
    }
}
