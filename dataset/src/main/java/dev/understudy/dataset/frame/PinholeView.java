package dev.understudy.dataset.frame;

import java.util.Optional;

/**
 * A pinhole camera somewhere in the world. Depth is measured along the optical axis. Immutable.
 *
 * @param pose camera to world
 * @param intrinsics of pictures of this size
 */
public record PinholeView(Pose pose, Intrinsics intrinsics, int width, int height) {

    /** The view of a frame of this size; empty if its record lacks a rigid pose or intrinsics. */
    public static Optional<PinholeView> of(FrameRecord frame, int width, int height) {
        Intrinsics intrinsics = frame.intrinsics();
        return frame.pose() == null || intrinsics == null
                ? Optional.empty()
                : Pose.of(frame.pose()).map(pose -> new PinholeView(pose, intrinsics, width, height));
    }

    /**
     * Where in the world a pixel's surface is.
     *
     * @param column of the pixel's centre
     * @param depth metres
     * @param world takes x, y, z
     */
    public void toWorld(double column, double row, double depth, double[] world) {
        double x = (column - intrinsics.cx()) / intrinsics.fx() * depth;
        double y = (row - intrinsics.cy()) / intrinsics.fy() * depth;
        world[0] = pose.xx() * x + pose.xy() * y + pose.xz() * depth + pose.tx();
        world[1] = pose.yx() * x + pose.yy() * y + pose.yz() * depth + pose.ty();
        world[2] = pose.zx() * x + pose.zy() * y + pose.zz() * depth + pose.tz();
    }

    /** By column how far to the right its pixels look, a metre ahead. */
    public double[] aside() {
        double[] aside = new double[width];
        for (int column = 0; column < width; column++) {
            aside[column] = (column - intrinsics.cx()) / intrinsics.fx();
        }
        return aside;
    }

    /**
     * Where in the world the surfaces of a row's pixels are, the very numbers that {@link #toWorld(double, double,
     * double, double[])} gives.
     *
     * @param aside {@link #aside}
     * @param depth by column, metres
     * @param x takes the places by column
     */
    public void toWorld(double[] aside, int row, double[] depth, double[] x, double[] y, double[] z) {
        double below = (row - intrinsics.cy()) / intrinsics.fy();
        turn(aside, below, depth, new double[] {pose.xx(), pose.xy(), pose.xz(), pose.tx()}, x);
        turn(aside, below, depth, new double[] {pose.yx(), pose.yy(), pose.yz(), pose.ty()}, y);
        turn(aside, below, depth, new double[] {pose.zx(), pose.zy(), pose.zz(), pose.tz()}, z);
    }

    private static void turn(double[] aside, double below, double[] depth, double[] axis, double[] places) {
        double right = axis[0];
        double down = axis[1];
        double ahead = axis[2];
        double start = axis[3];
        for (int column = 0; column < places.length; column++) {
            places[column] = right * (aside[column] * depth[column])
                    + down * (below * depth[column])
                    + ahead * depth[column]
                    + start;
        }
    }

    /** How far ahead of the camera a point of the world is, metres; not positive behind it. */
    public double depth(double x, double y, double z) {
        return pose.xz() * (x - pose.tx()) + pose.yz() * (y - pose.ty()) + pose.zz() * (z - pose.tz());
    }

    /**
     * Where a point of the world falls.
     *
     * @param pixel takes column, row, which may lie outside of the picture, and depth in metres, which is not positive
     *     for a point behind the camera; column and row mean nothing then
     */
    public void toPixel(double x, double y, double z, double[] pixel) {
        double dx = x - pose.tx();
        double dy = y - pose.ty();
        double dz = z - pose.tz();
        double depth = pose.xz() * dx + pose.yz() * dy + pose.zz() * dz;
        pixel[0] = (pose.xx() * dx + pose.yx() * dy + pose.zx() * dz) / depth * intrinsics.fx() + intrinsics.cx();
        pixel[1] = (pose.xy() * dx + pose.yy() * dy + pose.zy() * dz) / depth * intrinsics.fy() + intrinsics.cy();
        pixel[2] = depth;
    }
}
