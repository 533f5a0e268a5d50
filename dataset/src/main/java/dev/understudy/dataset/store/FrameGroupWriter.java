package dev.understudy.dataset.store;

import io.jhdf.api.WritableGroup;
import java.util.Arrays;

/** Puts one frame's evidence into its group. jHDF takes the shape from nested arrays, so planes are cut into rows. */
final class FrameGroupWriter {
    private final WritableGroup group;
    private final int height;
    private final int width;

    FrameGroupWriter(WritableGroup group, int height, int width) {
        this.group = group;
        this.height = height;
        this.width = width;
    }

    void write(SegmentationEvidence evidence) {
        stack(ShardFormat.CLASS, evidence.classes(), evidence.topK());
        stack(ShardFormat.PROBABILITY, evidence.probability(), evidence.topK());
        plane(ShardFormat.ENTROPY, evidence.entropy());
        plane(ShardFormat.AGREEMENT, evidence.agreement());
    }

    void write(DepthEvidence evidence) {
        plane(ShardFormat.DEPTH, evidence.metres());
        plane(ShardFormat.SPREAD, evidence.spread());
    }

    private void stack(String name, byte[] planes, int depth) {
        byte[][][] nested = new byte[depth][][];
        for (int plane = 0; plane < depth; plane++) {
            nested[plane] = rows(planes, plane * height * width);
        }
        group.putDataset(name, nested, ShardFormat.bytePlanes(1, height, width));
    }

    private void plane(String name, byte[] plane) {
        group.putDataset(name, rows(plane, 0), ShardFormat.bytePlanes(height, width));
    }

    private void plane(String name, float[] plane) {
        float[][] nested = new float[height][];
        for (int y = 0; y < height; y++) {
            nested[y] = Arrays.copyOfRange(plane, y * width, (y + 1) * width);
        }
        group.putDataset(name, nested, ShardFormat.floatPlanes(height, width));
    }

    private byte[][] rows(byte[] values, int offset) {
        byte[][] nested = new byte[height][];
        for (int y = 0; y < height; y++) {
            nested[y] = Arrays.copyOfRange(values, offset + y * width, offset + (y + 1) * width);
        }
        return nested;
    }
}
