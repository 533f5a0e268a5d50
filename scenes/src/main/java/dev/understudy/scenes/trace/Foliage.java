package dev.understudy.scenes.trace;

import dev.understudy.scenes.texture.Noise;

/** A leafy ball: rays pass where noise over its surface exceeds a density, and may meet the far side through a hole. */
final class Foliage {
    private static final double CLUMPS = 5;

    private Foliage() {}

    static double meet(
            double density, double ox, double oy, double oz, double dx, double dy, double dz, double low, double high) {
        double a = dx * dx + dy * dy + dz * dz;
        double b = ox * dx + oy * dy + oz * dz;
        double c = ox * ox + oy * oy + oz * oz - 1;
        double disc = b * b - a * c;
        if (disc < 0) {
            return Double.POSITIVE_INFINITY;
        }
        double root = Math.sqrt(disc);
        double near = (-b - root) / a;
        if (near > low && near < high && solid(density, ox + near * dx, oy + near * dy, oz + near * dz)) {
            return near;
        }
        double far = (-b + root) / a;
        if (far > low && far < high && solid(density, ox + far * dx, oy + far * dy, oz + far * dz)) {
            return far;
        }
        return Double.POSITIVE_INFINITY;
    }

    private static boolean solid(double density, double x, double y, double z) {
        return Noise.fractal(x * CLUMPS, y * CLUMPS, z * CLUMPS, 77, 2) < density;
    }
}
