package dev.understudy.labeler.fusion;

import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.image.DepthMap;

/**
 * A frame's camera with a sample of its depth, every {@code stride}-th pixel of every {@code stride}-th row, in whole
 * millimetres: what is kept of each frame of a scene. Immutable.
 *
 * @param view of the whole picture
 * @param stride pixels from one sample to the next
 * @param millimetres {@code rows·columns}, unsigned; 0 = nothing was measured, or farther away than is looked at
 */
record SampledView(PinholeView view, int stride, char[] millimetres) {
    /** The distance up to which samples leave no voxel of a surface out that faces the camera. */
    private static final double COVERED_METRES = 6;

    private static final int LARGEST_STRIDE = 8;
    private static final double MILLIMETRES = 1000;

    /** So that a voxel at {@value #COVERED_METRES} m is about as large as the gap between samples. */
    static int stride(double focalLength, double voxel) {
        return (int) Math.max(1, Math.min(LARGEST_STRIDE, Math.floor(voxel * focalLength / COVERED_METRES)));
    }

    static int columns(int width, int stride) {
        return (width - stride / 2 + stride - 1) / stride;
    }

    /** @param farthest metres, below 65 */
    static SampledView of(PinholeView view, DepthMap depth, double voxel, double farthest) {
        int stride = stride(view.intrinsics().fx(), voxel);
        int columns = columns(view.width(), stride);
        int rows = columns(view.height(), stride);
        char[] millimetres = new char[columns * rows];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int pixel = (stride / 2 + row * stride) * view.width() + stride / 2 + column * stride;
                millimetres[row * columns + column] = millimetres(depth.metres()[pixel], farthest);
            }
        }
        return new SampledView(view, stride, millimetres);
    }

    private static char millimetres(float metres, double farthest) {
        return metres > 0 && metres <= farthest
                ? (char) Math.max(1, Math.min(Character.MAX_VALUE, Math.rint(metres * MILLIMETRES)))
                : 0;
    }

    int columns() {
        return columns(view.width(), stride);
    }

    int rows() {
        return columns(view.height(), stride);
    }

    /** Where in the world a sample is. @param sample that has depth */
    void toWorld(int sample, double[] world) {
        int columns = columns();
        view.toWorld(
                stride / 2 + sample % columns * stride,
                stride / 2 + sample / columns * stride,
                millimetres[sample] / MILLIMETRES,
                world);
    }

    /**
     * Which way a sample's surface faces, from its four neighbours.
     *
     * @param jump share of the depth by which neighbours may differ
     * @param normal takes a unit vector of the world, towards the camera
     * @return whether the neighbours are of the same surface
     */
    boolean normal(int sample, double jump, double[] normal) {
        int columns = columns();
        int column = sample % columns;
        int row = sample / columns;
        if (column == 0 || row == 0 || column == columns - 1 || row == rows() - 1) {
            return false;
        }
        for (int other : new int[] {sample - 1, sample + 1, sample - columns, sample + columns}) {
            if (millimetres[other] == 0
                    || Math.abs(millimetres[other] - millimetres[sample]) > jump * millimetres[sample]) {
                return false;
            }
        }
        double[] across = difference(sample - 1, sample + 1);
        double[] along = difference(sample - columns, sample + columns);
        // Columns grow to the right and rows downwards, so this cross product looks back at the camera
        normal[0] = along[1] * across[2] - along[2] * across[1];
        normal[1] = along[2] * across[0] - along[0] * across[2];
        normal[2] = along[0] * across[1] - along[1] * across[0];
        double length = Math.sqrt(normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]);
        for (int axis = 0; axis < 3; axis++) {
            normal[axis] /= length;
        }
        return length > 0;
    }

    private double[] difference(int from, int to) {
        double[] a = new double[3];
        double[] b = new double[3];
        toWorld(from, a);
        toWorld(to, b);
        return new double[] {b[0] - a[0], b[1] - a[1], b[2] - a[2]};
    }

    /**
     * By sample the key of its voxel; {@link VoxelGrid#NOWHERE} where there is no depth. Most samples are of the voxel
     * that the one before is of.
     */
    long[] keys(VoxelGrid grid) {
        int columns = columns();
        double[] aside = aside(columns);
        double[] depths = new double[columns];
        double[] x = new double[columns];
        double[] y = new double[columns];
        double[] z = new double[columns];
        long[] keys = new long[millimetres.length];
        VoxelGrid.Walk walk = grid.walk();
        for (int row = 0, sample = 0; sample < keys.length; row++) {
            for (int column = 0; column < columns; column++) {
                depths[column] = millimetres[sample + column] / MILLIMETRES;
            }
            view.toWorld(aside, stride / 2 + row * stride, depths, x, y, z);
            for (int column = 0; column < columns; column++, sample++) {
                keys[sample] = millimetres[sample] == 0 ? VoxelGrid.NOWHERE : walk.key(x[column], y[column], z[column]);
            }
        }
        return keys;
    }

    /** By column of the samples how far to the right they look, a metre ahead. */
    private double[] aside(int columns) {
        double[] ofPixels = view.aside();
        double[] aside = new double[columns];
        for (int column = 0; column < columns; column++) {
            aside[column] = ofPixels[stride / 2 + column * stride];
        }
        return aside;
    }

    /** The pixel of the whole picture that a sample is. */
    int pixel(int sample) {
        int columns = columns();
        return (stride / 2 + sample / columns * stride) * view.width() + stride / 2 + sample % columns * stride;
    }

    /** The sample nearest to a place in the picture; −1 if that is outside. */
    int sample(double column, double row) {
        int columns = columns();
        int i = (int) Math.floor((column - stride / 2 + 0.5 * stride) / stride);
        int j = (int) Math.floor((row - stride / 2 + 0.5 * stride) / stride);
        boolean inside = column >= -0.5 && row >= -0.5 && column < view.width() - 0.5 && row < view.height() - 0.5;
        return inside ? within(j, rows()) * columns + within(i, columns) : -1;
    }

    private static int within(int index, int count) {
        return Math.max(0, Math.min(index, count - 1));
    }
}
