package dev.understudy.dataset.image;

import dev.understudy.dataset.frame.Intrinsics;
import java.util.stream.DoubleStream;

/** Normals from depth by central differences, crude but with axes that nobody can argue about. */
final class NormalAxes {
    private static final int REACH = 5;
    private static final double SAME_SURFACE = 0.05;

    private NormalAxes() {}

    /**
     * Angles in degrees between a normal map and what depth says, where depth is smooth.
     *
     * @param axes for each component of the map, the axis of the usual camera frame (0 right, 1 down, 2 forward)
     */
    static double[] anglesToDepth(NormalMap normals, DepthMap depth, Intrinsics camera, int[] axes, int[] signs) {
        DoubleStream.Builder angles = DoubleStream.builder();
        for (int v = REACH; v < depth.height() - REACH; v++) {
            for (int u = REACH; u < depth.width() - REACH; u++) {
                double[] left = point(depth, u - REACH, v, camera);
                double[] right = point(depth, u + REACH, v, camera);
                double[] above = point(depth, u, v - REACH, camera);
                double[] below = point(depth, u, v + REACH, camera);
                double z = depth.metres()[v * depth.width() + u];
                int i = (v * depth.width() + u) * 3;
                boolean smooth = DoubleStream.of(left[2], right[2], above[2], below[2])
                        .allMatch(d -> z > 0 && Math.abs(d - z) < SAME_SURFACE);
                if (smooth && normals.xyz()[i] != 0) {
                    double[] n = facing(cross(minus(right, left), minus(below, above)), left);
                    double dot = 0;
                    for (int c = 0; c < 3; c++) {
                        dot += normals.xyz()[i + c] * signs[c] * n[axes[c]];
                    }
                    angles.add(Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, dot)))));
                }
            }
        }
        return angles.build().toArray();
    }

    private static double[] point(DepthMap depth, int u, int v, Intrinsics camera) {
        double z = depth.metres()[v * depth.width() + u];
        return new double[] {(u - camera.cx()) / camera.fx() * z, (v - camera.cy()) / camera.fy() * z, z};
    }

    private static double[] facing(double[] n, double[] from) {
        double length = Math.sqrt(dot(n, n)) * (dot(n, from) > 0 ? -1 : 1);
        return new double[] {n[0] / length, n[1] / length, n[2] / length};
    }

    private static double dot(double[] a, double[] b) {
        return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    }

    private static double[] minus(double[] a, double[] b) {
        return new double[] {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    }

    private static double[] cross(double[] a, double[] b) {
        return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }
}
