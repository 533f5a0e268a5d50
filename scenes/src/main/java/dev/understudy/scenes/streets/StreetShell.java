package dev.understudy.scenes.streets;

import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.streets.StreetLayout.Cityscapes19;
import dev.understudy.scenes.streets.StreetScape.Road;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.Colour.Texture;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.texture.Patterns;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.World.Material;

/** The ground: open land, the road with its markings, and the sidewalks; an arc in straight pieces. */
final class StreetShell {
    private static final double PIECE = 6;
    private static final double LAND = 235;

    private StreetShell() {}

    static void build(Assembly street, Road road, SplitMix random) {
        Texture grass = land(random);
        street.as(Cityscapes19.TERRAIN).box(Material.matte(grass), -LAND, LAND, -LAND, LAND, -0.5, -0.02);
        Colour tar = Colour.hsv(random.uniform(0.05, 0.65), random.uniform(0, 0.08), random.uniform(0.22, 0.55));
        Texture asphalt = random.chance(0.12)
                ? Patterns.tiles(tar, tar.times(0.5), 0.16, 0.16, 0.012, 0.5, 0.5, random.seed())
                : Patterns.clouds(tar.times(0.8), tar.times(1.15), random.uniform(0.3, 1.5), 4, random.seed());
        Texture paving = random.chance(0.6)
                ? Finishes.tiling(random, 0.3, 0.9).mottled(random.seed(), 1, 0.15)
                : Patterns.clouds(tar.times(1.3), tar.times(1.7), 0.6, 3, random.seed());
        Material surface = Material.satin(asphalt);
        Material stones = Material.matte(paving);
        Material kerb = Material.matte(Finishes.stone(random));
        Material paint = Material.matte(Patterns.clouds(Colour.grey(0.6), Colour.grey(0.95), 0.3, 2, random.seed()));
        boolean lines = random.chance(0.85);
        for (double s = road.start(); s < road.end(); s += PIECE) {
            piece(street, road, s + PIECE / 2, surface, stones, kerb);
            if (lines) {
                markings(street, road, s + PIECE / 2, paint);
            }
        }
    }

    private static Texture land(SplitMix random) {
        Colour a = random.chance(0.75)
                ? Colour.hsv(random.uniform(0.17, 0.33), random.uniform(0.25, 0.65), random.uniform(0.3, 0.6))
                : Colour.hsv(random.uniform(0.06, 0.13), random.uniform(0.2, 0.5), random.uniform(0.35, 0.7));
        return Patterns.clouds(a.times(0.7), a.times(1.2), random.uniform(0.3, 2), 4, random.seed());
    }

    private static void piece(Assembly street, Road road, double s, Material surface, Material stones, Material kerb) {
        double h = road.half();
        double verge = road.verge();
        // The outer side of a bend is longer than its middle.
        double reach = PIECE / 2 * (1 + Math.abs(road.curvature()) * (verge + 1)) + 0.02;
        Assembly a = street.at(road.at(s, 0));
        a.as(Cityscapes19.ROAD).box(surface, -reach, reach, -h, h, -0.3, 0);
        Assembly walk = a.as(Cityscapes19.SIDEWALK);
        for (int side = -1; side <= 1; side += 2) {
            walk.box(stones, -reach, reach, side * (h + 0.15), side * verge, -0.3, Road.KERB);
            walk.box(kerb, -reach, reach, side * h, side * (h + 0.15), -0.3, Road.KERB);
        }
    }

    private static void markings(Assembly street, Road road, double s, Material paint) {
        Assembly a = street.at(road.at(s, 0)).as(Cityscapes19.ROAD);
        a.box(paint, -1.5, 1.5, -0.07, 0.07, -0.01, 0.002);
        double reach = PIECE / 2 + 0.05;
        if (road.half() > 5) {
            a.box(paint, -1.2, 1.2, road.half() / 2 - 0.06, road.half() / 2 + 0.06, -0.01, 0.002);
            a.box(paint, -1.2, 1.2, -road.half() / 2 - 0.06, -road.half() / 2 + 0.06, -0.01, 0.002);
        }
        for (int side = -1; side <= 1; side += 2) {
            double y = side * (road.half() - 0.25);
            a.box(paint, -reach, reach, y - 0.06, y + 0.06, -0.01, 0.0015);
        }
    }

    /** Zebra stripes across the road. */
    static void crossing(Assembly street, Road road, double s, SplitMix random) {
        Assembly a = street.at(road.at(s, 0)).as(Cityscapes19.ROAD);
        Material paint = Material.matte(Patterns.clouds(Colour.grey(0.65), Colour.grey(0.95), 0.3, 2, random.seed()));
        for (double y = -road.half() + 0.3; y < road.half() - 0.3; y += 1.0) {
            a.box(paint, -1.6, 1.6, y, y + 0.5, -0.01, 0.003);
        }
    }
}
