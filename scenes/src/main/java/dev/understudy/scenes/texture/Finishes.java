package dev.understudy.scenes.texture;

import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.texture.Colour.Texture;

/**
 * Everyday surfaces, drawn at random. A finish says what a thing is made of, not what it is: a bed, a sofa, a curtain
 * and a rug draw from {@link #fabric}, a cabinet, a door, a table and a bookshelf from {@link #joinery}.
 */
public final class Finishes {
    private Finishes() {}

    /** Mostly muted, sometimes vivid, over the whole range of lightness. */
    public static Colour anyColour(SplitMix random) {
        double vivid = random.uniform();
        double saturation =
                vivid < 0.35 ? vivid * 0.4 : vivid < 0.8 ? random.uniform(0.12, 0.5) : random.uniform(0.5, 0.85);
        double hue = random.chance(0.4) ? random.uniform(0.03, 0.13) : random.uniform();
        return Colour.hsv(hue, saturation, random.uniform(0.18, 0.95));
    }

    public static Colour pale(SplitMix random) {
        double hue = random.chance(0.5) ? random.uniform(0.06, 0.16) : random.uniform();
        return Colour.hsv(hue, random.uniform(0, 0.22), random.uniform(0.68, 0.96));
    }

    private static Colour timber(SplitMix random) {
        return Colour.hsv(random.uniform(0.05, 0.11), random.uniform(0.25, 0.65), random.uniform(0.22, 0.85));
    }

    public static Texture wood(SplitMix random, int axis) {
        Colour light = timber(random);
        return Patterns.wood(
                light, light.times(random.uniform(0.45, 0.75)), axis, random.uniform(0.03, 0.12), random.seed());
    }

    /** Paint with the faint unevenness of a brush or of dirt. */
    public static Texture paint(SplitMix random, Colour colour) {
        return Patterns.plain(colour).mottled(random.seed(), random.uniform(0.15, 0.6), random.uniform(0.02, 0.12));
    }

    /** What cabinet makers use: wood, painted wood, laminate. */
    public static Texture joinery(SplitMix random) {
        double kind = random.uniform();
        if (kind < 0.5) {
            return wood(random, random.below(3));
        }
        if (kind < 0.75) {
            return paint(random, pale(random));
        }
        return paint(random, anyColour(random));
    }

    /** Cloth: plain weave, stripes, checks, plaid, dots, flowers. */
    public static Texture fabric(SplitMix random) {
        Colour a = anyColour(random);
        Colour b = random.chance(0.5) ? anyColour(random) : a.times(random.uniform(0.4, 0.8));
        double size = random.uniform(0.03, 0.16);
        int seed = random.seed();
        Texture base = switch (random.below(8)) {
            case 0 -> Patterns.stripes(a, b, size * 1.5, random.uniform(0.2, 0.6), random.chance(0.5));
            case 1 -> Patterns.checks(a, b, size);
            case 2 -> Patterns.plaid(a, b, size * 2);
            case 3 -> Patterns.dots(a, b, size * 1.4, size * 0.5, random.uniform(0, 0.8), seed);
            case 4 -> Patterns.clouds(a, b, size, 3, seed);
            default -> Patterns.plain(a);
        };
        return base.mottled(random.seed(), random.uniform(0.04, 0.2), random.uniform(0.05, 0.2));
    }

    public static Texture stone(SplitMix random) {
        Colour ground = random.chance(0.6) ? Colour.grey(random.uniform(0.25, 0.9)) : anyColour(random);
        Colour other = ground.mix(random.chance(0.5) ? Colour.BLACK : Colour.grey(1), 0.6);
        return random.chance(0.5)
                ? Patterns.veins(ground, other, random.uniform(0.15, 0.5), random.seed())
                : Patterns.speckles(ground, ground.times(0.4), other, random.uniform(0.006, 0.02), random.seed());
    }

    public static Texture metal(SplitMix random) {
        return paint(random, Colour.hsv(0.6, random.uniform(0, 0.08), random.uniform(0.3, 0.8)));
    }

    public static Texture tiling(SplitMix random, double low, double high) {
        Colour tile = random.chance(0.6) ? pale(random) : anyColour(random);
        Colour joint = tile.mix(random.chance(0.5) ? Colour.grey(0.3) : Colour.grey(0.9), 0.6);
        double width = random.uniform(low, high);
        double height = random.chance(0.6) ? width : width * random.uniform(0.3, 0.7);
        return Patterns.tiles(
                tile,
                joint,
                width,
                height,
                random.uniform(0.003, 0.008),
                random.pick(0.0, 0.0, 0.5),
                random.uniform(0.05, 0.4),
                random.seed());
    }

    public static Texture floor(SplitMix random) {
        double kind = random.uniform();
        if (kind < 0.45) {
            Colour light = timber(random);
            return Patterns.boards(
                    light,
                    light.times(0.5),
                    random.uniform(0.06, 0.18),
                    random.uniform(0.6, 2),
                    random.uniform(0.2, 0.9),
                    random.seed());
        }
        if (kind < 0.68) {
            return tiling(random, 0.2, 0.6);
        }
        if (kind < 0.9) {
            Colour a = random.chance(0.6) ? pale(random).times(random.uniform(0.3, 0.8)) : anyColour(random);
            return Patterns.clouds(a, a.times(random.uniform(0.5, 0.85)), random.uniform(0.02, 0.08), 2, random.seed());
        }
        return stone(random);
    }

    /** Painted plaster, wallpaper, panelling, brick, or two of them one above the other. */
    public static Texture wall(SplitMix random) {
        Texture upper = wallCovering(random);
        if (random.chance(0.15)) {
            return Patterns.below(random.uniform(0.8, 1.3), wallCovering(random), upper);
        }
        return upper;
    }

    private static Texture wallCovering(SplitMix random) {
        double kind = random.uniform();
        Colour a = random.chance(0.75) ? pale(random) : anyColour(random);
        Colour b = a.times(random.uniform(0.6, 0.9));
        if (kind < 0.62) {
            return paint(random, a);
        }
        if (kind < 0.72) {
            return Patterns.stripes(a, b, random.uniform(0.08, 0.3), random.uniform(0.3, 0.6), true);
        }
        if (kind < 0.82) {
            return Patterns.dots(a, b, random.uniform(0.1, 0.25), 0.05, random.uniform(0, 0.6), random.seed());
        }
        if (kind < 0.9) {
            Colour light = timber(random);
            return Patterns.boards(light, light.times(0.6), 0.12, 3, 0.5, random.seed());
        }
        return brick(random);
    }

    public static Texture brick(SplitMix random) {
        Colour brick = Colour.hsv(random.uniform(0, 0.09), random.uniform(0.1, 0.6), random.uniform(0.4, 0.85));
        return Patterns.tiles(brick, Colour.grey(0.65), 0.22, 0.075, 0.006, 0.5, 0.5, random.seed());
    }

    public static Texture cardboard(SplitMix random) {
        Colour brown = Colour.hsv(random.uniform(0.06, 0.1), random.uniform(0.3, 0.5), random.uniform(0.5, 0.75));
        return random.chance(0.6) ? paint(random, brown) : paint(random, anyColour(random));
    }
}
