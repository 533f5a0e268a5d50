package dev.understudy.scenes.rooms;

import dev.understudy.scenes.build.Assembly;
import dev.understudy.scenes.build.Furniture;
import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.trace.Material;

/** Boxes and floor mats. */
final class SmallThings {
    private SmallThings() {}

    /** One box or a stack of up to three. */
    static Furniture boxes(SplitMix random) {
        int count = random.between(1, 3);
        double width = random.uniform(0.3, 0.6);
        double depth = random.uniform(0.28, 0.5);
        double each = random.uniform(0.2, 0.42);
        return new Furniture(width, depth, count * each, a -> {
            SplitMix inner = random.fork(1);
            Assembly stack = a.as(Nyud40.BOX);
            for (int i = 0; i < count; i++) {
                double k = 1 - 0.12 * i;
                box(stack.at(0, depth / 2, i * each), inner, width * k, depth * k, each);
            }
        });
    }

    /** A closed or open box around the z axis. */
    static void box(Assembly a, SplitMix random, double width, double depth, double height) {
        Assembly box = a.at(Affine.yaw(random.uniform(-0.3, 0.3)));
        Material card = Material.matte(Finishes.cardboard(random));
        double w = width / 2;
        double d = depth / 2;
        if (random.chance(0.3)) {
            box.box(card, -w, w, -d, -d + 0.008, 0, height);
            box.box(card, -w, w, d - 0.008, d, 0, height);
            box.box(card, -w, -w + 0.008, -d, d, 0, height);
            box.box(card, w - 0.008, w, -d, d, 0, height);
            box.box(card, -w, w, -d, d, 0, 0.01);
            return;
        }
        box.box(card, -w, w, -d, d, 0, height);
        Material tape = Material.satin(Finishes.paint(random, Finishes.anyColour(random)));
        box.box(tape, -0.03, 0.03, -d - 0.002, d + 0.002, height * 0.7, height + 0.002);
    }

    /** A small box for a table top, standing at the origin. */
    static void parcel(Assembly a, SplitMix random) {
        box(
                a.as(Nyud40.BOX),
                random,
                random.uniform(0.18, 0.36),
                random.uniform(0.14, 0.28),
                random.uniform(0.1, 0.26));
    }

    static Furniture mat(SplitMix random) {
        boolean round = random.chance(0.2);
        double width = random.uniform(1.2, 2.6);
        double depth = round ? width : random.uniform(0.8, 1.8);
        return new Furniture(width, depth, 0.012, a -> {
            SplitMix inner = random.fork(2);
            Assembly mat = a.as(Nyud40.FLOOR_MAT);
            Material cloth = Material.matte(Finishes.fabric(inner));
            if (round) {
                mat.cylinder(cloth, 0, width / 2, width / 2, 0, 0.012);
                return;
            }
            mat.box(cloth, -width / 2, width / 2, 0, depth, 0, 0.01);
            if (inner.chance(0.5)) {
                double rim = inner.uniform(0.06, 0.2);
                Material middle = Material.matte(Finishes.fabric(inner));
                mat.box(middle, -width / 2 + rim, width / 2 - rim, rim, depth - rim, 0, 0.012);
            }
        });
    }
}
