package dev.understudy.scenes.texture;

import dev.understudy.scenes.texture.Colour.Texture;

/** Patterns that repeat or grow: the raw material of {@link Finishes}. Sizes in metres. */
public final class Patterns {
    private Patterns() {}

    public static Texture plain(Colour colour) {
        return p -> p.paint(colour);
    }

    /** Two colours in clouds of the given size. */
    public static Texture clouds(Colour a, Colour b, double size, int octaves, int seed) {
        return p -> {
            double n = Noise.fractal(p.x / size, p.y / size, p.z / size, seed, octaves);
            p.paint(a, b, 0.5 + (n - 0.5) * 1.8 * p.visible(size * 0.7));
        };
    }

    /** Grain along an axis (0 = x, 1 = y, 2 = z): stretched noise, and growth rings that the noise bends. */
    public static Texture wood(Colour light, Colour dark, int axis, double ring, int seed) {
        return p -> {
            double along = (axis == 0 ? p.x : axis == 1 ? p.y : p.z) * 1.3;
            double a = axis == 0 ? p.y : p.x;
            double b = axis == 2 ? p.y : p.z;
            double bend = Noise.value(a * 4, b * 4, along, seed) * 2;
            double rings = Noise.wave((a + b * 0.6) / ring + bend);
            double fibre = Noise.value(a * 160, b * 160, along * 5, seed + 7);
            double seen = p.visible(ring * 0.6);
            p.paint(light, dark, 0.35 + (rings - 0.5) * 0.6 * seen + (fibre - 0.5) * 0.5 * p.visible(0.012));
        };
    }

    /** Stripes across u ({@code upright}) or v; {@code share} of the period has the second colour. */
    public static Texture stripes(Colour a, Colour b, double period, double share, boolean upright) {
        return p -> {
            double t = (upright ? p.u : p.v) / period + 0.25;
            double f = t - Math.floor(t);
            p.paint(a, b, share + ((f < share ? 1 : 0) - share) * p.visible(period));
        };
    }

    public static Texture checks(Colour a, Colour b, double size) {
        return p -> {
            boolean odd = ((Noise.floor(p.u / size + 0.3) + Noise.floor(p.v / size + 0.3)) & 1) == 1;
            p.paint(a, b, 0.5 + (odd ? 0.5 : -0.5) * p.visible(2 * size));
        };
    }

    /** Crossing bands, darker where they cross. */
    public static Texture plaid(Colour a, Colour b, double period) {
        return p -> {
            double s = Noise.wave(p.u / period) > 0.62 ? 1 : 0;
            double t = Noise.wave(p.v / period + 0.4) > 0.62 ? 1 : 0;
            p.paint(a, b, 0.4 + ((s + t) / 2 - 0.4) * p.visible(period));
        };
    }

    /** Round blots of one colour on another, one a cell, jittered in place and size. */
    public static Texture dots(Colour ground, Colour dot, double spacing, double radius, double jitter, int seed) {
        return p -> {
            double s = p.u / spacing;
            double t = p.v / spacing;
            int i = Noise.floor(s);
            int j = Noise.floor(t);
            double ds = s - i - 0.5 - jitter * (Noise.cell(i, j, 1, seed) - 0.5);
            double dt = t - j - 0.5 - jitter * (Noise.cell(i, j, 2, seed) - 0.5);
            double r = radius / spacing * (1 - jitter * Noise.cell(i, j, 3, seed));
            double inside = ds * ds + dt * dt < r * r ? 1 : 0;
            double mean = 3 * radius * radius / (spacing * spacing);
            p.paint(ground, dot, mean + (inside - mean) * p.visible(spacing));
        };
    }

    /** Rectangular tiles with joints; every tile has a tint of its own, and rows may be shifted as in brickwork. */
    public static Texture tiles(
            Colour tile,
            Colour joint,
            double width,
            double height,
            double gap,
            double shift,
            double variety,
            int seed) {
        return p -> {
            int row = Noise.floor(p.v / height);
            double s = p.u / width + (row & 1) * shift;
            int column = Noise.floor(s);
            double du = (s - column) * width;
            double dv = p.v - row * height;
            double edge = Math.min(Math.min(du, width - du), Math.min(dv, height - dv));
            double tint = 1 + variety * (Noise.cell(row, column, 5, seed) - 0.5);
            double joints = edge < gap ? Math.min(1, p.visible(gap * 12)) : 0;
            p.paint(tile, joint, joints);
            p.dim(joints > 0.5 ? 1 : 1 + (tint - 1) * p.visible(width));
        };
    }

    /** Floor boards along u, each with grain and a tint of its own. */
    public static Texture boards(Colour light, Colour dark, double width, double length, double variety, int seed) {
        return p -> {
            int row = Noise.floor(p.v / width);
            double s = p.u / length + Noise.cell(row, 0, 9, seed);
            int board = Noise.floor(s);
            double tint = Noise.cell(row, board, 3, seed) - 0.5;
            double grain = Noise.value(p.u * 3 + board * 7, p.v * 70, row, seed);
            double joint = Math.min(p.v - row * width, (s - board) * length) < 0.004 ? 0.6 * p.visible(0.05) : 0;
            p.paint(light, dark, 0.4 + tint * variety + (grain - 0.5) * 0.5 * p.visible(0.03));
            p.dim(1 - joint);
        };
    }

    /** Veins where noise crosses its middle, as in marble. */
    public static Texture veins(Colour ground, Colour vein, double size, int seed) {
        return p -> {
            double n = Noise.fractal(p.x / size, p.y / size, p.z / size, seed, 3);
            double near = Math.abs(n - 0.5) * 14;
            double cloud = Noise.value(p.x / size * 0.6, p.y / size * 0.6, p.z / size * 0.6, seed + 3);
            p.paint(ground, vein, (near < 1 ? (1 - near) * 0.8 : 0) * p.visible(size * 0.3) + cloud * 0.25);
        };
    }

    /** Speckles of three tones, as in granite or terrazzo. */
    public static Texture speckles(Colour ground, Colour dark, Colour light, double size, int seed) {
        return p -> {
            double n = Noise.cell(Noise.floor(p.x / size), Noise.floor(p.y / size), Noise.floor(p.z / size), seed);
            double seen = p.visible(size * 1.5);
            p.paint(ground, n < 0.25 ? dark : light, n < 0.25 || n > 0.8 ? seen * 0.8 : 0.15);
        };
    }

    /** One texture below a height of the face, another above, as a wainscot or a painted base. */
    public static Texture below(double height, Texture lower, Texture upper) {
        return p -> {
            if (p.v + p.halfV < height) {
                lower.paint(p);
            } else {
                upper.paint(p);
            }
        };
    }
}
