package dev.understudy.scenes.texture;

/** Smooth noise over space, from integer hashes only. */
public final class Noise {
    private Noise() {}

    /** A random number in [0, 1) for a cell of the integer lattice. */
    public static double cell(int x, int y, int z, int seed) {
        return (hash(x, y, z, seed) >>> 8) * 0x1.0p-24;
    }

    public static int hash(int x, int y, int z, int seed) {
        int h = seed ^ x * 0x27D4EB2D ^ y * 0x165667B1 ^ z * 0x9E3779B1;
        h = (h ^ h >>> 15) * 0x85EBCA6B;
        h = (h ^ h >>> 13) * 0xC2B2AE35;
        return h ^ h >>> 16;
    }

    public static int floor(double a) {
        int i = (int) a;
        return a < i ? i - 1 : i;
    }

    /** Value noise in [0, 1) with one random value a unit cell. */
    public static double value(double x, double y, double z, int seed) {
        int ix = floor(x);
        int iy = floor(y);
        int iz = floor(z);
        double fx = ease(x - ix);
        double fy = ease(y - iy);
        double low = plane(ix, iy, iz, fx, fy, seed);
        double high = plane(ix, iy, iz + 1, fx, fy, seed);
        return low + (high - low) * ease(z - iz);
    }

    private static double plane(int ix, int iy, int iz, double fx, double fy, int seed) {
        double a = cell(ix, iy, iz, seed);
        double b = cell(ix + 1, iy, iz, seed);
        double c = cell(ix, iy + 1, iz, seed);
        double d = cell(ix + 1, iy + 1, iz, seed);
        double ab = a + (b - a) * fx;
        double cd = c + (d - c) * fx;
        return ab + (cd - ab) * fy;
    }

    private static double ease(double t) {
        return t * t * (3 - 2 * t);
    }

    /** Octaves of {@link #value}, each at twice the frequency and half the weight, normalised to [0, 1). */
    public static double fractal(double x, double y, double z, int seed, int octaves) {
        double sum = 0;
        double weight = 1;
        double total = 0;
        for (int octave = 0; octave < octaves; octave++) {
            sum += weight * value(x, y, z, seed + octave);
            total += weight;
            weight *= 0.5;
            x *= 2.03;
            y *= 2.03;
            z *= 2.03;
        }
        return sum / total;
    }

    /** A smooth step from 0 to 1 between the two edges. */
    public static double step(double low, double high, double a) {
        return ease(Math.max(0, Math.min(1, (a - low) / (high - low))));
    }

    /** A wave of period 1 between 0 and 1 whose flanks are parabolas: a sine without its cost. */
    public static double wave(double t) {
        double f = t - Math.floor(t);
        return f < 0.5 ? 8 * f * (0.5 - f) * 0.5 + 0.5 : 0.5 - 8 * (f - 0.5) * (1 - f) * 0.5;
    }
}
