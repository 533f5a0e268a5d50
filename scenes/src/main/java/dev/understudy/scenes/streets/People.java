package dev.understudy.scenes.streets;

import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.streets.StreetLayout.Cityscapes19;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.texture.Patterns;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.World.Material;

/** People on foot, and on bicycles and motorcycles; around the origin, facing +x. */
final class People {
    private static final Material RUBBER = Material.matte(Patterns.plain(Colour.grey(0.1)));

    private People() {}

    private static Material skin(SplitMix random) {
        return Material.matte(Patterns.plain(
                Colour.hsv(random.uniform(0.04, 0.08), random.uniform(0.3, 0.6), random.uniform(0.3, 0.9))));
    }

    static void pedestrian(Assembly street, SplitMix random) {
        Assembly a = street.as(Cityscapes19.PERSON);
        double k = random.uniform(0.85, 1.08);
        Material shirt = Material.matte(Finishes.fabric(random));
        Material trousers = Material.matte(Patterns.plain(Finishes.anyColour(random)));
        Material skin = skin(random);
        double stride = random.uniform(-0.28, 0.28);
        for (int side = -1; side <= 1; side += 2) {
            Vec foot = new Vec(side * stride, side * 0.1, 0.06);
            a.rod(trousers, foot, new Vec(0, side * 0.09, 0.88 * k), 0.075);
            a.ball(RUBBER, foot.x() + 0.06, foot.y(), 0.05, 0.13, 0.05, 0.05);
            Vec hand = new Vec(-side * stride * 0.8, side * 0.27, 0.85 * k);
            a.rod(shirt, hand, new Vec(0, side * 0.2, 1.4 * k), 0.05);
            a.ball(skin, hand.x(), hand.y(), hand.z(), 0.05, 0.04, 0.06);
        }
        a.column(shirt, 0, 0, 0.13, 0.2, 0.85 * k, 1.42 * k);
        a.ball(shirt, 0, 0, 1.42 * k, 0.12, 0.2, 0.09);
        head(a, random, skin, 0, 1.62 * k, false);
        if (random.chance(0.25)) {
            a.box(shirt, -0.1, 0.1, -0.22, 0.22, 0.5 * k, 0.9 * k);
        }
        if (random.chance(0.25)) {
            a.box(Material.matte(Finishes.fabric(random)), -0.3, -0.12, -0.15, 0.15, 1.0 * k, 1.4 * k);
        }
    }

    private static void head(Assembly a, SplitMix random, Material skin, double x, double z, boolean helmet) {
        a.cylinder(skin, x, 0, 0.05, z - 0.2, z - 0.05);
        a.ball(skin, x, 0, z, 0.1, 0.085, 0.125);
        Colour hair = helmet
                ? Finishes.anyColour(random)
                : Colour.hsv(0.08, random.uniform(0, 0.5), random.uniform(0.05, 0.5));
        double r = helmet ? 0.12 : 0.1;
        a.ball(Material.satin(Patterns.plain(hair)), x - 0.02, 0, z + 0.04, r, r * 0.9, r);
    }

    /** A bicycle; ridden by a rider, or leaning at the kerb. */
    static void bicycle(Assembly street, SplitMix random, boolean ridden) {
        Assembly a = street.as(Cityscapes19.BICYCLE);
        Material frame = Material.glossy(Patterns.plain(Finishes.anyColour(random)));
        ring(a, 0.52, 0.34);
        ring(a, -0.52, 0.34);
        Vec crank = new Vec(-0.05, 0, 0.3);
        Vec saddle = new Vec(-0.22, 0, 0.9);
        Vec bar = new Vec(0.36, 0, 0.95);
        a.rod(frame, crank, saddle, 0.022);
        a.rod(frame, crank, new Vec(0.38, 0, 0.75), 0.024);
        a.rod(frame, new Vec(-0.18, 0, 0.75), new Vec(0.37, 0, 0.8), 0.022);
        a.rod(frame, new Vec(0.52, 0, 0.34), bar, 0.022);
        a.rod(frame, new Vec(-0.52, 0, 0.34), crank, 0.018);
        a.rod(frame, new Vec(-0.52, 0, 0.34), saddle, 0.016);
        a.rod(RUBBER, new Vec(0.36, -0.26, 1.0), new Vec(0.36, 0.26, 1.0), 0.018);
        a.ball(RUBBER, -0.24, 0, 0.94, 0.13, 0.07, 0.04);
        if (ridden) {
            rider(street, random, -0.22, 0.98, 0.34, 1.02);
        }
    }

    /** A wheel of spokes and twelve pieces of rim. */
    private static void ring(Assembly a, double x, double radius) {
        Material spoke = Material.glossy(Patterns.plain(Colour.grey(0.5)));
        Vec before = new Vec(x + radius, 0, radius);
        for (int i = 1; i <= 12; i++) {
            double angle = i * StrictMath.PI / 6;
            Vec next = new Vec(x + radius * StrictMath.cos(angle), 0, radius + radius * StrictMath.sin(angle));
            a.rod(RUBBER, before, next, 0.026);
            if (i % 3 == 0) {
                a.rod(spoke, new Vec(x, 0, radius), next, 0.006);
            }
            before = next;
        }
    }

    static void motorcycle(Assembly street, SplitMix random, boolean ridden) {
        Assembly a = street.as(Cityscapes19.MOTORCYCLE);
        Material paint = Material.polished(Patterns.plain(Finishes.anyColour(random)), 0.08);
        Material steel = Material.glossy(Finishes.metal(random));
        for (int end = -1; end <= 1; end += 2) {
            a.rod(RUBBER, new Vec(end * 0.7, -0.06, 0.32), new Vec(end * 0.7, 0.06, 0.32), 0.32);
            a.rod(steel, new Vec(end * 0.7, -0.065, 0.32), new Vec(end * 0.7, 0.065, 0.32), 0.18);
        }
        a.box(steel, -0.3, 0.3, -0.15, 0.15, 0.28, 0.62);
        a.ball(paint, 0.15, 0, 0.8, 0.34, 0.17, 0.17);
        a.box(RUBBER, -0.65, -0.05, -0.13, 0.13, 0.72, 0.82);
        a.ball(paint, -0.6, 0, 0.72, 0.3, 0.13, 0.1);
        a.ball(paint, 0.62, 0, 0.85, 0.16, 0.16, 0.22);
        a.rod(steel, new Vec(0.72, 0, 0.32), new Vec(0.5, 0, 1.0), 0.04);
        a.rod(RUBBER, new Vec(0.45, -0.36, 1.05), new Vec(0.45, 0.36, 1.05), 0.022);
        if (ridden) {
            rider(street, random, -0.25, 0.86, 0.42, 1.06);
        }
    }

    /** Someone who sits at (x, z) and holds a bar at (barX, barZ). */
    private static void rider(Assembly street, SplitMix random, double x, double z, double barX, double barZ) {
        Assembly a = street.as(Cityscapes19.RIDER);
        Material shirt = Material.matte(Finishes.fabric(random));
        Material trousers = Material.matte(Patterns.plain(Finishes.anyColour(random)));
        Vec neck = new Vec(x + random.uniform(0.1, 0.25), 0, z + 0.52);
        a.rod(shirt, new Vec(x, 0, z + 0.05), neck, 0.16);
        a.ball(shirt, neck.x(), 0, neck.z(), 0.13, 0.2, 0.1);
        for (int side = -1; side <= 1; side += 2) {
            a.rod(shirt, new Vec(neck.x(), side * 0.18, neck.z()), new Vec(barX, side * 0.24, barZ), 0.048);
            Vec knee = new Vec(x + 0.38, side * 0.12, z - 0.2 + side * 0.1);
            a.rod(trousers, new Vec(x, side * 0.09, z + 0.03), knee, 0.08);
            a.rod(trousers, knee, new Vec(x + 0.2, side * 0.12, Math.max(0.15, z - 0.65 + side * 0.12)), 0.06);
        }
        head(a, random, skin(random), neck.x() + 0.06, neck.z() + 0.24, random.chance(0.6));
    }
}
