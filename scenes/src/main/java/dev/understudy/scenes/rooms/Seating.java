package dev.understudy.scenes.rooms;

import dev.understudy.scenes.rooms.RoomPlan.Nyud40;
import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.Assembly.Furniture;
import dev.understudy.scenes.trace.World.Material;

/** Sofas and chairs. */
final class Seating {
    private Seating() {}

    static Furniture sofa(SplitMix random) {
        double width = random.pick(1.0, 1.6, 1.9, 2.2) + random.uniform(-0.1, 0.2);
        double depth = random.uniform(0.8, 1.0);
        double height = random.uniform(0.7, 0.95);
        return new Furniture(
                width, depth, height, a -> buildSofa(a.as(Nyud40.SOFA), random.fork(2), width, depth, height));
    }

    private static void buildSofa(Assembly a, SplitMix random, double width, double depth, double height) {
        double w = width / 2;
        Material cloth = Material.matte(Finishes.fabric(random));
        Material cushion = random.chance(0.7) ? cloth : Material.matte(Finishes.fabric(random));
        Material foot = Material.satin(Finishes.joinery(random));
        double ground = random.uniform(0.05, 0.14);
        double seat = random.uniform(0.38, 0.47);
        double arm = random.uniform(0.1, 0.24);
        double armTop = seat + random.uniform(0.1, 0.25);
        boolean round = random.chance(0.4);
        for (int side = -1; side <= 1; side += 2) {
            double x = side * (w - arm / 2);
            a.box(cloth, x - arm / 2, x + arm / 2, 0.02, depth - 0.02, ground, round ? armTop - arm / 2 : armTop);
            if (round) {
                Vec back = new Vec(x, 0.02, armTop - arm / 2);
                a.rod(cloth, back, new Vec(x, depth, armTop - arm / 2), arm / 2 + 0.01);
            }
            a.cylinder(foot, side * (w - 0.08), 0.08, 0.025, 0, ground);
            a.cylinder(foot, side * (w - 0.08), depth - 0.08, 0.025, 0, ground);
        }
        a.box(cloth, -w + arm, w - arm, 0, depth - 0.06, ground, seat - 0.14);
        a.at(Affine.tilt(random.uniform(0, 0.12)))
                .box(cloth, -w + arm * 0.5, w - arm * 0.5, 0, 0.16, ground, height - 0.04);
        int seats = Math.max(1, (int) Math.round((width - 2 * arm) / 0.65));
        double each = (width - 2 * arm) / seats;
        double lean = random.uniform(0.1, 0.3);
        for (int i = 0; i < seats; i++) {
            double x = -w + arm + i * each;
            a.box(cushion, x + 0.006, x + each - 0.006, 0.12, depth - 0.01, seat - 0.14, seat);
            a.at(Affine.shift(0, 0.16, seat).of(Affine.tilt(lean)))
                    .box(cushion, x + 0.01, x + each - 0.01, 0, 0.14, 0, height - seat);
        }
        Material pillow = Material.matte(Finishes.fabric(random));
        int pillows = random.between(1, 3);
        for (int i = 0; i < pillows; i++) {
            double x = (-w + arm + 0.22) + (width - 2 * arm - 0.44) * (i == 0 ? 0 : i == 1 ? 1 : 0.5);
            double r = random.uniform(0.2, 0.3);
            Beds.pillow(a.at(x, 0.42, seat + r * 0.85), random, pillow, r, r, 1.2);
        }
    }

    /** A chair around a table or desk; {@code office} ones turn on a foot with castors. */
    static Furniture chair(SplitMix random, boolean office) {
        double width = random.uniform(0.42, 0.55);
        double depth = random.uniform(0.45, 0.55);
        double height = random.uniform(0.82, 1.08);
        return new Furniture(
                width,
                depth,
                height,
                a -> buildChair(a.as(Nyud40.CHAIR), random.fork(3), width, depth, height, office));
    }

    private static void buildChair(
            Assembly a, SplitMix random, double width, double depth, double height, boolean office) {
        double w = width / 2;
        double seat = random.uniform(0.43, 0.5);
        Material frame = random.chance(0.65)
                ? Material.satin(Finishes.joinery(random))
                : Material.glossy(Finishes.metal(random));
        Material pad = random.chance(0.6) ? Material.matte(Finishes.fabric(random)) : frame;
        a.box(pad, -w, w, 0.03, depth, seat - (pad == frame ? 0.035 : 0.08), seat);
        if (office) {
            pedestal(a, frame, depth, seat);
        } else {
            legs(a, random, frame, w, depth, seat);
        }
        Assembly back = a.at(Affine.shift(0, 0.04, seat).of(Affine.tilt(random.uniform(0.05, 0.2))));
        back(back, random, frame, pad, w, height - seat);
        if (random.chance(office ? 0.6 : 0.2)) {
            for (int side = -1; side <= 1; side += 2) {
                double x = side * (w + 0.02);
                a.box(frame, x - 0.025, x + 0.025, 0.05, depth * 0.8, seat + 0.2, seat + 0.23);
                a.box(frame, x - 0.02, x + 0.02, depth * 0.6, depth * 0.7, seat - 0.05, seat + 0.2);
            }
        }
    }

    private static void pedestal(Assembly a, Material frame, double depth, double seat) {
        double y = depth / 2;
        a.cylinder(frame, 0, y, 0.03, 0.08, seat - 0.05);
        for (int i = 0; i < 5; i++) {
            double angle = i * 2 * StrictMath.PI / 5;
            Vec end = new Vec(0.27 * StrictMath.cos(angle), y + 0.27 * StrictMath.sin(angle), 0.06);
            a.rod(frame, new Vec(0, y, 0.1), end, 0.02);
            a.ball(frame, end.x(), end.y(), 0.035, 0.03, 0.03, 0.035);
        }
    }

    private static void legs(Assembly a, SplitMix random, Material frame, double w, double depth, double seat) {
        double thick = random.uniform(0.014, 0.026);
        double splay = random.uniform(0, 0.06);
        for (int side = -1; side <= 1; side += 2) {
            Vec front = new Vec(side * (w - thick), depth - thick, seat - 0.03);
            Vec rear = new Vec(side * (w - thick), 0.04 + thick, seat - 0.03);
            a.rod(frame, new Vec(side * (w - thick + splay), depth - thick + splay, 0), front, thick);
            a.rod(frame, new Vec(side * (w - thick + splay), 0.04 + thick - splay, 0), rear, thick);
        }
    }

    private static void back(Assembly a, SplitMix random, Material frame, Material pad, double w, double height) {
        switch (random.below(3)) {
            case 0 -> a.box(pad, -w, w, -0.03, 0.03, 0.08, height);
            case 1 -> {
                a.box(frame, -w, -w + 0.035, -0.02, 0.02, -0.05, height);
                a.box(frame, w - 0.035, w, -0.02, 0.02, -0.05, height);
                int bars = random.between(2, 4);
                for (int i = 0; i < bars; i++) {
                    double z = height * (0.35 + 0.62 * i / bars);
                    a.box(frame, -w, w, -0.012, 0.012, z, z + 0.07);
                }
            }
            default -> {
                a.box(frame, -w, w, -0.02, 0.02, height - 0.08, height);
                for (double x = -w; x < w - 0.02; x += (2 * w - 0.03) / 4) {
                    a.box(frame, x, x + 0.03, -0.015, 0.015, -0.04, height - 0.04);
                }
            }
        }
    }
}
