package dev.understudy.store;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.files.Inflating;
import io.jhdf.api.Group;
import java.util.zip.DataFormatException;

/** Reads one frame's evidence from its group, plane by plane, straight into flat arrays. */
final class FrameGroupReader {
    private static final byte[] NOTHING = {};

    private final ShardFile file;
    private final Group group;
    private final String frame;
    private final int height;
    private final int width;

    FrameGroupReader(ShardFile file, Group group, IndexHead frame) {
        this.file = file;
        this.group = group;
        this.frame = frame.id();
        this.height = frame.height();
        this.width = frame.width();
    }

    /** @param fused whether the store keeps numbers of views */
    SegmentationEvidence segmentation(int stored, boolean fused, EvidencePlanes wanted) {
        int topK = Math.min(wanted.topK(), stored);
        return new SegmentationEvidence(
                topK,
                bytes(stack(ShardFormat.CLASS, stored), topK),
                bytes(stack(ShardFormat.PROBABILITY, stored), topK),
                wanted.entropy() ? bytes(plane(ShardFormat.ENTROPY, false), 1) : NOTHING,
                wanted.agreement() ? bytes(plane(ShardFormat.AGREEMENT, false), 1) : NOTHING,
                fused && wanted.views() ? bytes(plane(ShardFormat.VIEWS, false), 1) : NOTHING);
    }

    DepthEvidence depth() {
        return new DepthEvidence(floats(ShardFormat.DEPTH), floats(ShardFormat.SPREAD));
    }

    private DatasetShape stack(String name, int planes) {
        return new DatasetShape(name, new int[] {planes, height, width}, false);
    }

    private DatasetShape plane(String name, boolean floats) {
        return new DatasetShape(name, new int[] {height, width}, floats);
    }

    private byte[] bytes(DatasetShape shape, int planes) {
        int pixels = height * width;
        byte[][] chunks = file.chunks(group, shape, planes);
        byte[] values = new byte[Math.multiplyExact(planes, pixels)];
        for (int plane = 0; plane < planes; plane++) {
            inflate(chunks[plane], values, plane * pixels, pixels, shape.name());
        }
        return values;
    }

    /** Metres, all of them finite, which the writer of a shard sees to. Undoes the shuffle: the chunk holds the first bytes of all floats, then the second ones, and so on. */
    private float[] floats(String name) {
        int pixels = height * width;
        byte[] shuffled = new byte[Math.multiplyExact(pixels, Float.BYTES)];
        inflate(file.chunks(group, plane(name, true), 1)[0], shuffled, 0, shuffled.length, name);
        float[] values = new float[pixels];
        for (int i = 0; i < pixels; i++) {
            values[i] = Float.intBitsToFloat((shuffled[i] & 0xFF)
                    | (shuffled[pixels + i] & 0xFF) << 8
                    | (shuffled[2 * pixels + i] & 0xFF) << 16
                    | shuffled[3 * pixels + i] << 24);
            if (!Float.isFinite(values[i])) {
                throw file.damaged("frame " + frame + " has " + name + " " + values[i] + " at row " + i / width
                        + ", column " + i % width + ", expected metres");
            }
        }
        return values;
    }

    private void inflate(byte[] chunk, byte[] target, int offset, int length, String name) {
        try {
            Inflating.exactly(chunk, target, offset, length);
        } catch (DataFormatException e) {
            throw file.damaged(group.getPath() + name + " " + e.getMessage(), e);
        }
    }
}
