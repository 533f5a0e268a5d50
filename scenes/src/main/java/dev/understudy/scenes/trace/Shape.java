package dev.understudy.scenes.trace;

import dev.understudy.scenes.texture.Noise;

/** The canonical solids; a {@link World.Solid} stretches, turns and moves one of them. */
public enum Shape {
    /** [−1, 1]³. */
    BOX,
    /** The unit ball. */
    BALL,
    /** Round about z from z = −1, radius 1, to z = 1, radius {@link World.Solid#taper}: cylinder, frustum or cone. */
    FRUSTUM,
    /** The unit ball's surface with random holes, seen from both sides: leaves. */
    FOLIAGE;

    private static final double MISS = Double.POSITIVE_INFINITY;

    /** The first t in (low, high) at which o + t·d meets the shape, or infinity. */
    double meet(
            double taper, double ox, double oy, double oz, double dx, double dy, double dz, double low, double high) {
        return switch (this) {
            case BOX -> box(ox, oy, oz, 1 / dx, 1 / dy, 1 / dz, low, high);
            case BALL -> ball(ox, oy, oz, dx, dy, dz, low, high);
            case FRUSTUM -> frustum(taper, ox, oy, oz, dx, dy, dz, low, high);
            case FOLIAGE -> Foliage.meet(taper, ox, oy, oz, dx, dy, dz, low, high);
        };
    }

    private static double box(
            double ox, double oy, double oz, double ix, double iy, double iz, double low, double high) {
        double ax = (-1 - ox) * ix;
        double bx = (1 - ox) * ix;
        double near = Math.min(ax, bx);
        double far = Math.max(ax, bx);
        double ay = (-1 - oy) * iy;
        double by = (1 - oy) * iy;
        near = Math.max(near, Math.min(ay, by));
        far = Math.min(far, Math.max(ay, by));
        double az = (-1 - oz) * iz;
        double bz = (1 - oz) * iz;
        near = Math.max(near, Math.min(az, bz));
        far = Math.min(far, Math.max(az, bz));
        return near <= far && near > low && near < high ? near : MISS;
    }

    private static double ball(
            double ox, double oy, double oz, double dx, double dy, double dz, double low, double high) {
        double a = dx * dx + dy * dy + dz * dz;
        double b = ox * dx + oy * dy + oz * dz;
        double c = ox * ox + oy * oy + oz * oz - 1;
        double disc = b * b - a * c;
        if (disc < 0) {
            return MISS;
        }
        double t = (-b - Math.sqrt(disc)) / a;
        return t > low && t < high ? t : MISS;
    }

    private static double frustum(
            double taper, double ox, double oy, double oz, double dx, double dy, double dz, double low, double high) {
        double best = MISS;
        if (dz != 0) {
            // Only the cap that faces the ray's start can be entered.
            double cap = oz < 0 ? -1 : 1;
            double t = (cap - oz) / dz;
            double x = ox + t * dx;
            double y = oy + t * dy;
            double r = cap < 0 ? 1 : taper;
            if (t > low && t < high && x * x + y * y <= r * r) {
                best = t;
            }
        }
        double slope = (taper - 1) / 2;
        double radius = (taper + 1) / 2 + slope * oz;
        double a = dx * dx + dy * dy - slope * slope * dz * dz;
        double b = ox * dx + oy * dy - slope * dz * radius;
        double c = ox * ox + oy * oy - radius * radius;
        double disc = b * b - a * c;
        if (disc < 0 || a == 0) {
            return best;
        }
        double root = Math.sqrt(disc);
        double t = (-b - root) / a;
        if (t > low && t < Math.min(high, best) && Math.abs(oz + t * dz) <= 1) {
            best = t;
        }
        double other = (-b + root) / a;
        if (a < 0 && other > low && other < Math.min(high, best) && Math.abs(oz + other * dz) <= 1) {
            best = other;
        }
        return best;
    }

    /**
     * A leafy ball: rays pass where noise over its surface exceeds a density, and may meet the far side through a hole.
     */
    private static final class Foliage {
        private static final double CLUMPS = 5;

        private Foliage() {}

        static double meet(
                double density,
                double ox,
                double oy,
                double oz,
                double dx,
                double dy,
                double dz,
                double low,
                double high) {
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
}
