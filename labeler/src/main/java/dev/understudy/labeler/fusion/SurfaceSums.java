package dev.understudy.labeler.fusion;

import dev.understudy.dataset.image.RgbImage;
import java.util.function.Consumer;

/**
 * Where exactly the surface in each cell of a map is, which way it faces and what it looks like: whole-number sums over
 * the samples of all frames. Not safe for several threads.
 */
final class SurfaceSums {
    /** Bytes a cell. */
    static final int BYTES_A_VOXEL = 10 * Integer.BYTES;

    /** Parts of a voxel's side that places are told in. */
    private static final int PLACE_STEPS = 256;

    private static final int NORMAL_STEPS = 256;
    /** Neighbouring samples whose depths differ by more of their distance are of two surfaces. */
    private static final double JUMP = 0.05;

    private final OccupancyMap occupancy;
    private final PosteriorMap map;
    /** By cell; offsets from the voxel's centre. */
    private final int[][] place;

    private final int[][] normal;
    private final int[][] colour;
    private final int[] samples;

    SurfaceSums(OccupancyMap occupancy, PosteriorMap map) {
        this.occupancy = occupancy;
        this.map = map;
        this.place = new int[3][map.cells()];
        this.normal = new int[3][map.cells()];
        this.colour = new int[3][map.cells()];
        this.samples = new int[map.cells()];
    }

    void add(SampledView frame, RgbImage picture) {
        VoxelGrid grid = occupancy.grid();
        long[] keys = frame.keys(grid);
        double[] world = new double[3];
        double[] facing = new double[3];
        for (int sample = 0; sample < keys.length; sample++) {
            int cell = map.cell(keys[sample]);
            if (cell < 0 || samples[cell] == Integer.MAX_VALUE / (255 * PLACE_STEPS)) {
                continue;
            }
            samples[cell]++;
            frame.toWorld(sample, world);
            long key = keys[sample];
            place[0][cell] += steps(world[0] - grid.centreX(key), grid);
            place[1][cell] += steps(world[1] - grid.centreY(key), grid);
            place[2][cell] += steps(world[2] - grid.centreZ(key), grid);
            int pixel = frame.pixel(sample);
            for (int channel = 0; channel < 3; channel++) {
                colour[channel][cell] += picture.rgb()[3 * pixel + channel] & 0xFF;
            }
            if (frame.normal(sample, JUMP, facing)) {
                for (int axis = 0; axis < 3; axis++) {
                    normal[axis][cell] += (int) Math.rint(NORMAL_STEPS * facing[axis]);
                }
            }
        }
    }

    private static int steps(double metres, VoxelGrid grid) {
        return (int) Math.rint(PLACE_STEPS * metres / grid.side());
    }

    /** Hands out the points of all cells that have been seen, in the order of the cells. */
    void points(Consumer<MapPoint> sink) {
        int[] shares = new int[map.classes().size()];
        for (int voxel = 0; voxel < occupancy.index().size(); voxel++) {
            long key = occupancy.index().key(voxel);
            int cell = map.cell(key);
            if (cell >= 0 && samples[cell] > 0 && map.views(cell) > 1) {
                map.posterior(cell, shares);
                sink.accept(point(key, cell, shares));
            }
        }
    }

    private MapPoint point(long key, int cell, int[] shares) {
        int winner = 0;
        for (int i = 1; i < shares.length; i++) {
            winner = shares[i] > shares[winner] ? i : winner;
        }
        VoxelGrid grid = occupancy.grid();
        double step = grid.side() / PLACE_STEPS / samples[cell];
        double length = Math.sqrt((double) normal[0][cell] * normal[0][cell]
                + (double) normal[1][cell] * normal[1][cell]
                + (double) normal[2][cell] * normal[2][cell]);
        double unit = length > 0 ? 1 / length : 0;
        return MapPointBuilder.builder()
                .x((float) (grid.centreX(key) + place[0][cell] * step))
                .y((float) (grid.centreY(key) + place[1][cell] * step))
                .z((float) (grid.centreZ(key) + place[2][cell] * step))
                .nx((float) (normal[0][cell] * unit))
                .ny((float) (normal[1][cell] * unit))
                .nz((float) (normal[2][cell] * unit))
                .picture(mean(0, cell) << 16 | mean(1, cell) << 8 | mean(2, cell))
                .label(map.classes().at(winner))
                .probability((float) shares[winner] / PosteriorMap.WHOLE)
                .views(map.views(cell))
                .build();
    }

    private int mean(int channel, int cell) {
        return (colour[channel][cell] + samples[cell] / 2) / samples[cell];
    }
}
