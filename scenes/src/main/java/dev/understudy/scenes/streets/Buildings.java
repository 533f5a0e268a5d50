package dev.understudy.scenes.streets;

import dev.understudy.scenes.build.Assembly;
import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.texture.Noise;
import dev.understudy.scenes.texture.Patterns;
import dev.understudy.scenes.texture.SurfacePoint;
import dev.understudy.scenes.texture.Texture;
import dev.understudy.scenes.trace.Material;

/** Houses, blocks and shops: the front lies on y = 0 and faces +y, the middle at x = 0. */
final class Buildings {
    private Buildings() {}

    /** The pattern of a front: storeys and bays, measured from the face's lower edge. */
    private record Front(
            Texture wall, Colour frame, Colour glass, double storey, double bay, double share, boolean shop, int seed)
            implements Texture {
        @Override
        public void paint(SurfacePoint p) {
            wall.paint(p);
            if (p.axis == 2) {
                return;
            }
            double up = p.v + p.halfV;
            int floor = Noise.floor(up / storey);
            double v = up / storey - floor;
            double across = p.u / bay + 0.5;
            int column = Noise.floor(across);
            double u = Math.abs(across - column - 0.5) * 2;
            boolean ground = shop && floor == 0;
            double width = ground ? 0.9 : share;
            double low = ground ? 0.1 : 0.28;
            double high = ground ? 0.8 : 0.8;
            if (p.halfV * 2 - up < storey * 0.2 || u > width || v < low || v > high) {
                return;
            }
            double rim = Math.max(0.06 / bay, 0.02);
            boolean sash = u > width - 2 * rim || v < low + rim || v > high - rim || Math.abs(u) < rim * 0.6;
            if (sash) {
                p.paint(frame);
                return;
            }
            double shade = Noise.cell(floor, column, p.axis, seed);
            p.paint(glass, new Colour(0.75, 0.78, 0.8), shade < 0.25 ? 0.6 : shade * 0.25);
        }
    }

    static void block(Assembly street, SplitMix random, double width, double depth, double height) {
        Assembly a = street.as(Cityscapes19.BUILDING);
        double w = width / 2;
        Texture wall = wall(random);
        double storey = random.uniform(2.7, 3.5);
        Texture front = new Front(
                wall,
                random.chance(0.6) ? Finishes.pale(random) : Finishes.anyColour(random),
                Colour.hsv(0.58, random.uniform(0.05, 0.3), random.uniform(0.1, 0.35)),
                storey,
                random.uniform(1.4, 3.2),
                random.uniform(0.4, 0.85),
                random.chance(0.4),
                random.seed());
        a.box(Material.satin(front), -w, w, -depth, 0, 0, height);
        Material trim = Material.matte(Finishes.paint(random, Finishes.pale(random)));
        if (random.chance(0.6)) {
            a.box(trim, -w, w, -0.1, 0.25, height - 0.3, height);
        }
        if (random.chance(0.3)) {
            balconies(a, random, w, storey, height);
        }
        if (random.chance(0.5)) {
            Material door = Material.satin(Finishes.joinery(random));
            double x = random.uniform(-w * 0.6, w * 0.6);
            a.box(trim, x - 0.7, x + 0.7, 0, 0.08, 0, 2.5);
            a.box(door, x - 0.55, x + 0.55, 0, 0.1, 0, 2.3);
        }
        if (random.chance(0.35)) {
            Material awning = Material.matte(Finishes.fabric(random));
            a.at(Affine.shift(0, 0, 2.9).of(Affine.tilt(-0.35))).box(awning, -w * 0.8, w * 0.8, 0, 1.3, -0.04, 0.04);
        }
        if (height < 9 && random.chance(0.7)) {
            roof(a, random, w, depth, height);
        }
    }

    private static Texture wall(SplitMix random) {
        double kind = random.uniform();
        if (kind < 0.35) {
            return Finishes.brick(random);
        }
        if (kind < 0.8) {
            return Finishes.paint(
                    random, random.chance(0.7) ? Finishes.pale(random).times(0.85) : Finishes.anyColour(random));
        }
        return kind < 0.9 ? Finishes.stone(random) : Finishes.tiling(random, 0.6, 1.5);
    }

    private static void balconies(Assembly a, SplitMix random, double w, double storey, double height) {
        Material rail = Material.satin(Finishes.paint(random, Finishes.anyColour(random)));
        double half = random.uniform(0.8, 1.6);
        double x = random.uniform(-w + half, w - half);
        for (double z = storey; z < height - storey * 0.8; z += storey) {
            a.box(rail, x - half, x + half, 0, 1.0, z - 0.1, z);
            a.box(rail, x - half, x + half, 0.95, 1.0, z, z + 0.9);
        }
    }

    /** Two leaning slabs that meet over the middle. */
    private static void roof(Assembly a, SplitMix random, double w, double depth, double height) {
        Colour tile = Colour.hsv(random.uniform(0.0, 0.08), random.uniform(0.1, 0.65), random.uniform(0.25, 0.6));
        Material m = Material.matte(Patterns.tiles(tile, tile.times(0.5), 0.3, 0.35, 0.02, 0.5, 0.3, random.seed()));
        double rise = random.uniform(0.4, 0.8);
        double half = depth / 2 + 0.4;
        double length = half * Math.sqrt(1 + rise * rise);
        double angle = StrictMath.atan(rise);
        Affine ridge = Affine.shift(0, -depth / 2, height + half * rise - 0.1);
        a.at(ridge.of(Affine.tilt(-angle))).box(m, -w - 0.3, w + 0.3, 0, length, -0.15, 0);
        a.at(ridge.of(Affine.yaw(StrictMath.PI)).of(Affine.tilt(-angle)))
                .box(m, -w - 0.3, w + 0.3, 0, length, -0.15, 0);
        Material gable = Material.matte(Finishes.paint(random, Finishes.pale(random)));
        int steps = 5;
        for (int i = 0; i < steps; i++) {
            double y = (depth / 2) * (1 - (double) i / steps);
            double z = height + (depth / 2) * rise * i / steps;
            a.box(gable, -w, w, -depth / 2 - y + 0.2, -depth / 2 + y - 0.2, z, z + depth / 2 * rise / steps - 0.1);
        }
    }
}
