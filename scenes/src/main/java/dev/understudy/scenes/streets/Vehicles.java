package dev.understudy.scenes.streets;

import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.streets.StreetLayout.Cityscapes19;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.Colour.Texture;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.texture.Patterns;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.World.Material;

/** Cars, trucks and buses, around the origin, facing +x. */
final class Vehicles {
    private static final Material TYRE = Material.matte(Patterns.plain(Colour.grey(0.12)));

    private Vehicles() {}

    private static Material paint(SplitMix random) {
        double kind = random.uniform();
        Colour colour = kind < 0.55
                ? Colour.hsv(0.6, random.uniform(0, 0.08), random.uniform(0.1, 0.95))
                : Colour.hsv(random.uniform(), random.uniform(0.3, 0.9), random.uniform(0.25, 0.85));
        return Material.polished(Finishes.paint(random, colour), 0.08);
    }

    private static Material glass(SplitMix random) {
        return Material.polished(Patterns.plain(Colour.hsv(0.55, 0.2, random.uniform(0.08, 0.25))), 0.25);
    }

    /** What leans: x moves by {@code slope} for every metre upwards. */
    private static Assembly leaning(Assembly a, double x, double z, double slope) {
        return a.at(new Affine(1, 0, slope, 0, 1, 0, 0, 0, 1, x, 0, z));
    }

    private static void wheels(Assembly a, double x, double outer, double radius) {
        Material rim = Material.glossy(Patterns.plain(Colour.grey(0.6)));
        for (int side = -1; side <= 1; side += 2) {
            a.rod(TYRE, new Vec(x, side * (outer - 0.2), radius), new Vec(x, side * outer, radius), radius);
            a.rod(
                    rim,
                    new Vec(x, side * (outer - 0.2), radius),
                    new Vec(x, side * (outer + 0.01), radius),
                    radius * 0.6);
        }
    }

    private static void lamps(Assembly a, double front, double rear, double w, double z) {
        Material white = new Material(Patterns.plain(Colour.grey(0.95)), 0.5, 0.1, 0.3);
        Material red = new Material(Patterns.plain(Colour.srgb(0xB01010)), 0.5, 0.05, 0.4);
        Material plate = Material.matte(Patterns.plain(Colour.grey(0.85)));
        for (int side = -1; side <= 1; side += 2) {
            a.box(white, front - 0.05, front + 0.015, side * w * 0.62, side * w * 0.95, z - 0.07, z + 0.07);
            a.box(red, rear - 0.015, rear + 0.05, side * w * 0.66, side * w * 0.96, z - 0.06, z + 0.1);
        }
        a.box(plate, rear - 0.02, rear, -0.25, 0.25, z - 0.22, z - 0.11);
        a.box(plate, front, front + 0.02, -0.25, 0.25, z - 0.3, z - 0.19);
    }

    static void car(Assembly street, SplitMix random) {
        Assembly a = street.as(Cityscapes19.CAR);
        Material body = paint(random);
        Material window = glass(random);
        double half = random.uniform(1.85, 2.45);
        double w = random.uniform(0.84, 0.95);
        double belt = random.uniform(0.78, 0.98);
        double roof = belt + random.uniform(0.45, 0.8);
        boolean boxy = random.chance(0.4);
        double bonnet = half * random.uniform(0.4, 0.55);
        double boot = boxy ? half - 0.08 : half * random.uniform(0.5, 0.75);
        double rise = roof - belt;
        double rake = Math.min(0.85, random.uniform(0.35, 0.55) / rise);
        a.box(body, -half, half, -w, w, 0.24, belt - 0.12);
        a.box(body, -half + 0.06, bonnet + 0.25, -w + 0.02, w - 0.02, belt - 0.14, belt);
        leaning(a, half - 0.05, 0.5, -0.1).box(body, -(half - bonnet), 0, -w + 0.05, w - 0.05, 0, belt - 0.56);
        double middle = (bonnet - boot) / 2;
        leaning(a, middle, belt, -rake).box(window, 0, bonnet - middle, -w + 0.1, w - 0.1, 0, rise - 0.04);
        leaning(a, middle, belt, boxy ? 0.12 : rake * 0.8)
                .box(window, -boot - middle, 0, -w + 0.1, w - 0.1, 0, rise - 0.04);
        a.box(
                body,
                -boot + (boxy ? 0.12 : rake * 0.8) * rise,
                bonnet - rake * rise,
                -w + 0.1,
                w - 0.1,
                roof - 0.05,
                roof);
        a.box(body, middle - 0.05, middle + 0.05, -w + 0.09, w - 0.09, belt, roof);
        leaning(a, bonnet, belt, -rake).box(body, -0.07, 0.0, -w + 0.09, -w + 0.16, 0, rise);
        leaning(a, bonnet, belt, -rake).box(body, -0.07, 0.0, w - 0.16, w - 0.09, 0, rise);
        double radius = random.uniform(0.29, 0.36);
        wheels(a, half * 0.62, w, radius);
        wheels(a, -half * 0.62, w, radius);
        lamps(a, half, -half, w, belt - 0.25);
    }

    /** A lorry or a delivery van. */
    static void truck(Assembly street, SplitMix random) {
        Assembly a = street.as(Cityscapes19.TRUCK);
        Material cab = paint(random);
        Texture side = random.chance(0.3) ? Finishes.fabric(random) : Finishes.paint(random, Finishes.pale(random));
        Material load = random.chance(0.4) ? cab : Material.satin(side);
        Material window = glass(random);
        double half = random.uniform(2.8, 4.6);
        double w = random.uniform(1.05, 1.25);
        double top = random.uniform(2.5, 3.5);
        double nose = half - random.uniform(1.5, 2.0);
        double cabTop = Math.min(top, random.uniform(2.1, 2.8));
        a.box(Material.matte(Patterns.plain(Colour.grey(0.2))), -half, half - 0.1, -w * 0.8, w * 0.8, 0.5, 0.75);
        if (random.chance(0.2)) {
            a.box(load, -half, nose - 0.1, -w, w, 0.75, 1.3);
        } else {
            a.box(load, -half, nose - 0.12, -w, w, 0.7, top);
        }
        a.box(cab, nose, half, -w + 0.05, w - 0.05, 0.45, 1.25);
        leaning(a, half, 1.25, -0.15).box(window, nose - half + 0.3, -0.02, -w + 0.08, w - 0.08, 0, cabTop - 1.35);
        leaning(a, half, 1.25, -0.15)
                .box(cab, nose - half + 0.2, nose - half + 0.5, -w + 0.05, w - 0.05, 0, cabTop - 1.25);
        a.box(cab, nose, half - 0.15, -w + 0.05, w - 0.05, cabTop - 0.12, cabTop);
        wheels(a, half - 0.8, w, 0.45);
        wheels(a, -half + 0.9, w, 0.45);
        if (half > 3.8) {
            wheels(a, -half + 1.9, w, 0.45);
        }
        lamps(a, half, -half, w, 0.75);
    }

    static void bus(Assembly street, SplitMix random) {
        Assembly a = street.as(Cityscapes19.BUS);
        Material body = paint(random);
        Material low = random.chance(0.5) ? body : paint(random);
        Material window = glass(random);
        double half = random.uniform(4.5, 6.2);
        double w = 1.27;
        double top = random.uniform(2.85, 3.3);
        a.box(low, -half, half, -w, w, 0.3, 1.1);
        a.box(window, -half + 0.02, half - 0.02, -w + 0.02, w - 0.02, 1.1, top - 0.45);
        a.box(body, -half, half, -w, w, top - 0.45, top);
        int pillars = (int) (half * 1.4);
        for (int i = 0; i <= pillars; i++) {
            double x = -half + 0.05 + (2 * half - 0.1) * i / pillars;
            a.box(body, x - 0.05, x + 0.05, -w, w, 1.1, top - 0.45);
        }
        Material sign = new Material(Patterns.plain(Colour.srgb(0xE0A020)), 0, 0, 0.5);
        a.box(sign, half, half + 0.02, -0.8, 0.8, top - 0.38, top - 0.12);
        wheels(a, half - 2.3, w, 0.48);
        wheels(a, -half + 2.6, w, 0.48);
        lamps(a, half, -half, w, 0.7);
    }
}
