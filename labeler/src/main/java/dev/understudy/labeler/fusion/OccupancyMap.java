package dev.understudy.labeler.fusion;

import java.util.Arrays;

/**
 * Which voxels of a scene hold a surface: by voxel, in how many views it was hit, and how many views look through it at
 * something behind. A place that was empty before or after, or where depth flew off an edge, is looked through by most.
 * Not safe for several threads.
 */
final class OccupancyMap {
    /** Beside {@link VoxelIndex#BYTES_A_VOXEL}, with the copy that growing makes. */
    static final int BYTES_A_VOXEL = 3 * (2 + 2 + 4);

    /** Depth errs by up to this times the square of the distance: three standard deviations of structured light. */
    private static final double NOISE = 0.0045;

    /** A voxel that many have seen speaks no louder than this many views. */
    private static final int LOUDEST = 8;

    private static final double NEAREST_METRES = 0.1;
    private static final int MOST = Character.MAX_VALUE;

    private final VoxelGrid grid;
    private final VoxelIndex index;
    private char[] hits = new char[64];
    private char[] through = new char[64];
    /** By voxel the last frame that hit it, and 0 for none: counts a frame once. */
    private int[] lastHit = new int[64];

    private int lastFrame;

    OccupancyMap(VoxelGrid grid, int capacity) {
        this.grid = grid;
        this.index = new VoxelIndex(capacity);
    }

    VoxelGrid grid() {
        return grid;
    }

    VoxelIndex index() {
        return index;
    }

    /** Views that hit a voxel. */
    int hits(int voxel) {
        return hits[voxel];
    }

    /** Forgets what was counted; the voxels stay. */
    void clear() {
        Arrays.fill(hits, (char) 0);
        Arrays.fill(through, (char) 0);
    }

    /** Counts the voxels that a frame hits. @return whether there was room for all of them */
    boolean add(SampledView frame) {
        int number = ++lastFrame;
        for (long key : frame.keys(grid)) {
            if (key != VoxelGrid.NOWHERE) {
                int voxel = index.add(key);
                if (voxel < 0) {
                    return false;
                }
                grow(voxel);
                if (lastHit[voxel] != number) {
                    lastHit[voxel] = number;
                    hits[voxel] = (char) Math.min(MOST, hits[voxel] + 1);
                }
            }
        }
        return true;
    }

    private void grow(int voxel) {
        if (voxel >= hits.length) {
            int length = Math.min(Integer.MAX_VALUE - 8, hits.length + (hits.length >> 1));
            hits = Arrays.copyOf(hits, length);
            through = Arrays.copyOf(through, length);
            lastHit = Arrays.copyOf(lastHit, length);
        }
    }

    /**
     * Counts the voxels that a frame, which has been added, looks through.
     *
     * @return how far it contradicts the other frames: the share of what they have seen in its sight, and its depth
     *     should have met or been stopped before, that it looks through
     */
    double look(SampledView frame) {
        int number = ++lastFrame;
        for (long key : frame.keys(grid)) {
            if (key != VoxelGrid.NOWHERE) {
                lastHit[index.find(key)] = number;
            }
        }
        DepthRange range = DepthRange.of(frame);
        int deepest = 0;
        for (char millimetres : frame.millimetres()) {
            deepest = Math.max(deepest, millimetres);
        }
        double[] pixel = new double[3];
        long met = 0;
        long missed = 0;
        for (int voxel = 0; voxel < index.size(); voxel++) {
            if (hits[voxel] == 0) {
                continue;
            }
            long key = index.key(voxel);
            double x = grid.centreX(key);
            double y = grid.centreY(key);
            double z = grid.centreZ(key);
            double depth = frame.view().depth(x, y, z);
            // What is behind the camera, or behind all that it sees, is most of a large map
            if (!(depth > NEAREST_METRES) || 1000 * (depth - grid.side() - NOISE * depth * depth) > deepest) {
                continue;
            }
            frame.view().toPixel(x, y, z, pixel);
            int sample = frame.sample(pixel[0], pixel[1]);
            if (sample < 0 || range.nearest()[sample] == 0) {
                continue;
            }
            double tolerance = grid.side() + NOISE * depth * depth;
            int others = hits[voxel] - (lastHit[voxel] == number ? 1 : 0);
            if (range.nearest()[sample] > 1000 * (depth + tolerance)) {
                through[voxel] = (char) Math.min(MOST, through[voxel] + 1);
                missed += others > 1 ? Math.min(others, LOUDEST) : 0;
            } else if (range.farthest()[sample] >= 1000 * (depth - tolerance)) {
                met += others > 1 ? Math.min(others, LOUDEST) : 0;
            }
        }
        return met + missed == 0 ? 0 : (double) missed / (met + missed);
    }

    /**
     * The share of a frame's surface, where it meets that of others or they look through it, that they look through.
     */
    double lookedThrough(SampledView frame) {
        int met = 0;
        int missed = 0;
        for (long key : frame.keys(grid)) {
            if (key != VoxelGrid.NOWHERE) {
                int voxel = index.find(key);
                if (!isSurface(voxel)) {
                    missed++;
                } else if (hits[voxel] > 1) {
                    met++;
                }
            }
        }
        return met + missed == 0 ? 0 : (double) missed / (met + missed);
    }

    /** Whether a voxel holds something that stayed; else most look through it. */
    boolean isSurface(int voxel) {
        return through[voxel] < 2 || through[voxel] <= hits[voxel];
    }

    /**
     * By sample the nearest and farthest depth of it and its neighbours, millimetres; 0 where the sample itself has
     * none. At a border of things, and on a surface seen from the side, either may be meant.
     */
    private record DepthRange(char[] nearest, char[] farthest) {
        static DepthRange of(SampledView frame) {
            int columns = frame.columns();
            int rows = frame.rows();
            char[] depth = frame.millimetres();
            char[] nearest = new char[depth.length];
            char[] farthest = new char[depth.length];
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    int sample = row * columns + column;
                    char low = depth[sample];
                    char high = low;
                    if (low > 0) {
                        for (int j = Math.max(0, row - 1); j <= Math.min(rows - 1, row + 1); j++) {
                            for (int i = Math.max(0, column - 1); i <= Math.min(columns - 1, column + 1); i++) {
                                char near = depth[j * columns + i];
                                low = near > 0 && near < low ? near : low;
                                high = near > high ? near : high;
                            }
                        }
                    }
                    nearest[sample] = low;
                    farthest[sample] = high;
                }
            }
            return new DepthRange(nearest, farthest);
        }
    }
}
