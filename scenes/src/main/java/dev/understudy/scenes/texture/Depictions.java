package dev.understudy.scenes.texture;

import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.texture.Colour.Texture;

/** Surfaces that show something: paintings, screens, views out of a window, rows of book spines, writing on a board. */
public final class Depictions {
    private Depictions() {}

    /** A painting, print or photograph that fills its face. */
    public static Texture painting(SplitMix random) {
        int seed = random.seed();
        Colour a = Finishes.anyColour(random);
        Colour b = Finishes.anyColour(random);
        Colour c = Finishes.anyColour(random);
        double horizon = random.uniform(-0.3, 0.3);
        return switch (random.below(4)) {
            case 0 -> p -> landscape(p, a, b, c, horizon, seed);
            case 1 -> p -> patches(p, a, b, c, seed);
            case 2 -> p -> figure(p, a, b, c, seed);
            default ->
                p -> {
                    double n = Noise.fractal(p.u / p.halfU * 2, p.v / p.halfV * 2, 0.5, seed, 4);
                    p.paint(a, b, (n - 0.35) * 3);
                    if (Noise.value(p.u / p.halfU * 3, p.v / p.halfV * 3, 4.5, seed) > 0.68) {
                        p.paint(c);
                    }
                };
        };
    }

    private static void landscape(SurfacePoint p, Colour sky, Colour land, Colour far, double horizon, int seed) {
        double s = p.u / p.halfU;
        double t = p.v / p.halfV;
        double hills = horizon + 0.5 * (Noise.fractal(s * 1.5, 0, 0, seed, 3) - 0.5);
        if (t > hills + 0.25) {
            p.paint(sky, new Colour(0.9, 0.9, 0.9), 0.3 + 0.5 * Noise.fractal(s * 2, t * 4, 1, seed, 3));
        } else if (t > hills) {
            p.paint(far, sky, 0.3);
        } else {
            p.paint(land, far, Noise.fractal(s * 5, t * 9, 2, seed, 2));
        }
    }

    private static void patches(SurfacePoint p, Colour a, Colour b, Colour c, int seed) {
        double s = p.u / p.halfU * 2;
        double t = p.v / p.halfV * 2;
        int i = Noise.floor(s + Noise.value(t * 0.8, 0, 0, seed));
        int j = Noise.floor(t + Noise.value(s * 0.8, 0, 9, seed));
        int which = Noise.hash(i, j, 0, seed) & 3;
        p.paint(which == 0 ? a : which == 1 ? b : c, new Colour(0.8, 0.78, 0.72), which == 3 ? 1 : 0.1);
    }

    private static void figure(SurfacePoint p, Colour ground, Colour dress, Colour skin, int seed) {
        double s = p.u / p.halfU;
        double t = p.v / p.halfV;
        double head = s * s * 9 + (t - 0.25) * (t - 0.25) * 7;
        double body = s * s * 2.2 + (t + 0.95) * (t + 0.95) * 1.1;
        if (head < 1) {
            p.paint(skin, new Colour(0.55, 0.35, 0.25), 0.7);
        } else if (body < 1) {
            p.paint(dress);
        } else {
            p.paint(ground, Colour.BLACK, 0.5 * Noise.fractal(s * 2, t * 2, 0, seed, 2));
        }
    }

    /** What lies outside: sky over hills or houses, in the colours of one hour of the day. */
    public static Texture outdoors(SplitMix random) {
        int seed = random.seed();
        boolean houses = random.chance(0.5);
        boolean night = random.chance(0.12);
        double k = night ? 0.06 : random.uniform(0.6, 1);
        Colour sky = Colour.hsv(random.uniform(0.5, 0.65), random.uniform(0.02, 0.4), 1)
                .times(k);
        Colour land = Colour.hsv(random.uniform(0.15, 0.4), random.uniform(0.2, 0.6), random.uniform(0.3, 0.7))
                .times(k);
        Colour wall =
                Finishes.anyColour(random).mix(new Colour(0.6, 0.55, 0.5), 0.6).times(k);
        double horizon = random.uniform(-0.5, 0.2);
        return p -> {
            double s = p.u * 1.2;
            double t = p.v / p.halfV;
            double edge = horizon
                    + (houses
                            ? 0.9 * Noise.cell(Noise.floor(s * 1.5), 0, 0, seed) - 0.2
                            : Noise.fractal(s * 2, 0, 0, seed, 3) * 0.8);
            if (t > edge) {
                p.paint(sky, new Colour(k, k, k), Noise.fractal(s, t * 2, 3, seed, 3));
            } else if (houses && t > horizon - 0.3) {
                boolean pane = Noise.wave(s * 7) > 0.7 && Noise.wave(t * 5) > 0.6;
                p.paint(wall, Colour.BLACK, pane ? 0.7 : 0);
            } else {
                p.paint(land, Colour.BLACK, 0.7 * Noise.fractal(s * 8, t * 8, 0, seed, 3));
            }
        };
    }

    /** A row of books seen from their backs: a colour, a width and a title band each. */
    public static Texture spines(SplitMix random) {
        int seed = random.seed();
        double width = random.uniform(0.025, 0.05);
        double hue = random.uniform();
        double spread = random.uniform(0.1, 1);
        double saturation = random.uniform(0.15, 0.75);
        Colour[] covers = new Colour[12];
        for (int i = 0; i < covers.length; i++) {
            covers[i] = Colour.hsv(
                    hue + spread * random.uniform(), saturation * random.uniform(0.3, 1), random.uniform(0.15, 0.9));
        }
        return p -> {
            double s = p.x / width + 0.5 * Noise.value(p.x / width * 0.4, 0, 0, seed);
            int book = Noise.floor(s);
            p.paint(covers[(Noise.hash(book, 0, 0, seed) & 0xFFFF) % covers.length]);
            double gap = s - book < 0.12 ? 0.75 : 0;
            double band = p.z + 0.12 * Noise.cell(book, 1, 0, seed);
            p.dim((1 - gap * p.visible(width * 1.2)) * (band > 0.03 && band < 0.06 ? 1.6 : 1));
        };
    }

    /** A switched-on screen, or a dark one. */
    public static Texture screen(SplitMix random) {
        if (random.chance(0.55)) {
            return Patterns.plain(Colour.grey(random.uniform(0.04, 0.16)));
        }
        return painting(random);
    }

    /** A board that was written on: lines of scribble and a box or two. */
    public static Texture scribbles(SplitMix random, Colour ground) {
        int seed = random.seed();
        double amount = random.uniform(0, 0.6);
        Colour ink =
                random.pick(Colour.srgb(0x203080), Colour.srgb(0x802020), Colour.grey(0.15), Colour.srgb(0x207040));
        return p -> {
            int line = Noise.floor(p.v / 0.09);
            boolean written = Noise.cell(line, Noise.floor(p.u / 0.5), 0, seed) < amount;
            double wiggle = 0.5 + 0.35 * (Noise.value(p.u * 60, line * 7, 0, seed) * 2 - 1);
            double off = Math.abs(p.v / 0.09 - line - wiggle);
            double stroke = written && off < 0.12 ? 1 : 0;
            p.paint(ground, ink, stroke * (0.25 + 0.75 * p.visible(0.02)));
        };
    }
}
