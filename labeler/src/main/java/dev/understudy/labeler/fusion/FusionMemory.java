package dev.understudy.labeler.fusion;

import dev.understudy.conf.ConfigurationException;

/**
 * What the map of a scene may take, known before a frame is read: so many frames' samples, and so many voxels.
 *
 * @param frames of one part of a scene, at most
 * @param voxels of its map, at most
 */
record FusionMemory(int frames, int voxels) {
    private static final double SHARE_OF_SAMPLES = 0.25;
    private static final int BYTES_A_SAMPLE = 2;

    /**
     * @param megabytes in all
     * @param samples of one frame, of the largest
     * @param classes whose sums are kept
     * @param withSurface whether the points of the surface are kept too
     * @throws ConfigurationException if not even a few frames fit
     */
    static FusionMemory of(int megabytes, int samples, int classes, boolean withSurface) {
        long bytes = (long) megabytes << 20;
        long frames = (long) (SHARE_OF_SAMPLES * bytes) / ((long) samples * BYTES_A_SAMPLE);
        long voxels = (long) ((1 - SHARE_OF_SAMPLES) * bytes) / bytesAVoxel(classes, withSurface);
        if (frames < 2 || voxels < samples) {
            throw new ConfigurationException("memory: " + megabytes + " MB are too few to fuse frames of " + samples
                    + " samples and " + classes + " classes, which take "
                    + ((long) samples * bytesAVoxel(classes, withSurface) * 4 / 3 / (1 << 20) + 1)
                    + " MB at least; allow more, or choose larger voxels");
        }
        long addressable = (Integer.MAX_VALUE - 8) / classes;
        return new FusionMemory((int) Math.min(frames, Integer.MAX_VALUE), (int) Math.min(voxels, addressable));
    }

    static int bytesAVoxel(int classes, boolean withSurface) {
        return (withSurface ? SurfaceSums.BYTES_A_VOXEL : 0)
                + VoxelIndex.BYTES_A_VOXEL
                + OccupancyMap.BYTES_A_VOXEL
                + PosteriorMap.bytesAVoxel(classes);
    }
}
