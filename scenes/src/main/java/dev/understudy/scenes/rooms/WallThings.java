package dev.understudy.scenes.rooms;

import dev.understudy.scenes.rooms.RoomPlan.Nyud40;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.Depictions;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.texture.Patterns;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.Assembly.Furniture;
import dev.understudy.scenes.trace.World.Light;
import dev.understudy.scenes.trace.World.Material;

/**
 * What is in or on walls: doors, windows with curtains, pictures, televisions, whiteboards. z = 0 is their lower edge.
 */
final class WallThings {
    private WallThings() {}

    static Furniture door(SplitMix random) {
        double width = random.uniform(0.78, 1.0);
        double height = random.uniform(1.98, 2.12);
        return new Furniture(
                width + 0.14, 0.08, height + 0.07, a -> buildDoor(a.as(Nyud40.DOOR), random.fork(1), width, height));
    }

    private static void buildDoor(Assembly a, SplitMix random, double width, double height) {
        double w = width / 2;
        Material leaf = Material.satin(Finishes.joinery(random));
        Material frame = random.chance(0.5) ? leaf : Material.satin(Finishes.paint(random, Finishes.pale(random)));
        Material handle = Material.glossy(Finishes.metal(random));
        a.box(frame, -w - 0.07, -w, 0, 0.05, 0, height + 0.07);
        a.box(frame, w, w + 0.07, 0, 0.05, 0, height + 0.07);
        a.box(frame, -w, w, 0, 0.05, height, height + 0.07);
        a.box(leaf, -w, w, 0, 0.025, 0, height);
        int panels = random.below(4);
        for (int i = 0; i < panels; i++) {
            double z0 = 0.15 + (height - 0.2) * i / panels;
            double z1 = 0.05 + (height - 0.2) * (i + 1) / panels;
            if (random.chance(0.5)) {
                a.box(leaf, -w + 0.1, -0.04, 0, 0.036, z0, z1);
                a.box(leaf, 0.04, w - 0.1, 0, 0.036, z0, z1);
            } else {
                a.box(leaf, -w + 0.1, w - 0.1, 0, 0.036, z0, z1);
            }
        }
        double x = (random.chance(0.5) ? 1 : -1) * (w - 0.07);
        if (random.chance(0.5)) {
            a.ball(handle, x, 0.06, 1.0, 0.03, 0.03, 0.03);
        } else {
            a.box(handle, x - 0.06, x + 0.06, 0.05, 0.07, 0.99, 1.01);
        }
    }

    /**
     * A window from its sill up, with a view; {@code dressed} ones have curtains that may reach below the sill by
     * {@code drop}.
     */
    static Furniture window(SplitMix random, double height, double drop, boolean dressed) {
        double glass = random.uniform(0.9, 1.9);
        double side = dressed ? random.uniform(0.2, 0.4) : 0;
        double width = glass + 2 * side + 0.1;
        return new Furniture(width, 0.18, height + (dressed ? 0.12 : 0), a -> {
            buildWindow(a.as(Nyud40.WINDOW), random.fork(2), glass, height);
            if (dressed) {
                curtains(a.as(Nyud40.CURTAIN), random.fork(3), glass, side, height, drop);
            }
        });
    }

    private static void buildWindow(Assembly a, SplitMix random, double width, double height) {
        double w = width / 2;
        Material frame = Material.satin(
                random.chance(0.6) ? Finishes.paint(random, Finishes.pale(random)) : Finishes.joinery(random));
        double glow = random.uniform(0.9, 2.2);
        a.box(Material.glowing(Depictions.outdoors(random), glow), -w, w, 0, 0.012, 0, height);
        double bar = random.uniform(0.035, 0.07);
        a.box(frame, -w - 0.03, w + 0.03, 0, 0.12, -0.04, 0);
        a.box(frame, -w, w, 0, 0.05, height - bar, height);
        a.box(frame, -w, w, 0, 0.05, 0, bar);
        a.box(frame, -w, -w + bar, 0, 0.05, 0, height);
        a.box(frame, w - bar, w, 0, 0.05, 0, height);
        int columns = random.between(1, 3);
        for (int i = 1; i < columns; i++) {
            double x = -w + width * i / columns;
            a.box(frame, x - bar / 2, x + bar / 2, 0, 0.04, 0, height);
        }
        if (random.chance(0.4)) {
            double z = height * random.uniform(0.4, 0.75);
            a.box(frame, -w, w, 0, 0.04, z - bar / 2, z + bar / 2);
        }
        Vec inside = a.world(0, 0.25, height / 2);
        Colour sky = Colour.hsv(random.uniform(0.1, 0.62), random.uniform(0, 0.15), 1)
                .times(glow * width * height * 1.6);
        a.light(Light.window(inside, a.worldDirection(0, 1, 0), sky, 0.2));
    }

    private static void curtains(Assembly a, SplitMix random, double glass, double side, double height, double drop) {
        Material cloth = Material.matte(Finishes.fabric(random));
        Material rail = Material.satin(Finishes.joinery(random));
        double low = random.chance(0.55) ? -drop + 0.03 : -random.uniform(0.05, 0.2);
        double reach = side + glass * random.uniform(0.08, 0.4);
        double pleat = random.uniform(0.035, 0.07);
        double end = glass / 2 + side;
        a.rod(rail, new Vec(-end - 0.04, 0.11, height + 0.08), new Vec(end + 0.04, 0.11, height + 0.08), 0.014);
        boolean left = random.chance(0.85);
        boolean right = !left || random.chance(0.85);
        for (int s = -1; s <= 1; s += 2) {
            if (s < 0 ? !left : !right) {
                continue;
            }
            for (double x = pleat; x < reach; x += pleat * 1.7) {
                double swing = random.uniform(-0.012, 0.012);
                a.column(cloth, s * (end - x), 0.1 + swing, pleat, pleat * 0.75, low, height + 0.08);
            }
        }
    }

    static Furniture picture(SplitMix random) {
        double width = random.uniform(0.35, 1.15);
        double height = Math.min(1.0, width * random.uniform(0.6, 1.5));
        return new Furniture(width, 0.04, height, a -> framed(a.as(Nyud40.PICTURE), random.fork(4), width, height));
    }

    private static void framed(Assembly a, SplitMix random, double width, double height) {
        double w = width / 2;
        double bar = random.uniform(0.012, 0.06);
        Material frame = Material.satin(Finishes.joinery(random));
        a.box(frame, -w, w, 0, 0.03, 0, height);
        double rim = bar;
        if (random.chance(0.4)) {
            a.box(
                    Material.matte(Patterns.plain(Finishes.pale(random))),
                    -w + bar,
                    w - bar,
                    0.01,
                    0.032,
                    bar,
                    height - bar);
            rim += Math.min(width, height) * random.uniform(0.06, 0.15);
        }
        Material canvas = random.chance(0.2)
                ? Material.polished(Depictions.painting(random), 0.1)
                : Material.matte(Depictions.painting(random));
        a.box(canvas, -w + rim, w - rim, 0.01, 0.034, rim, height - rim);
    }

    /** A flat screen; {@code foot} metres of stand under it, 0 for one on the wall. */
    static Furniture television(SplitMix random, double foot) {
        double width = random.uniform(0.85, 1.5);
        double height = width * random.uniform(0.54, 0.6);
        return new Furniture(width, 0.22, height + foot, a -> {
            SplitMix inner = random.fork(5);
            Assembly tv = a.as(Nyud40.TELEVISION);
            double w = width / 2;
            Material body = Material.glossy(Finishes.paint(inner, Colour.grey(inner.uniform(0.05, 0.4))));
            double y = foot > 0 ? 0.1 : 0.02;
            tv.box(body, -w, w, y, y + 0.05, foot, foot + height);
            Material screen = inner.chance(0.5)
                    ? Material.polished(Depictions.screen(inner), 0.12)
                    : new Material(Depictions.screen(inner), 0.3, 0.05, 0.6);
            tv.box(screen, -w + 0.02, w - 0.02, y + 0.01, y + 0.054, foot + 0.03, foot + height - 0.02);
            if (foot > 0) {
                tv.box(body, -0.04, 0.04, y, y + 0.04, 0, foot);
                tv.box(body, -w * 0.5, w * 0.5, 0.02, 0.22, 0, 0.015);
            }
        });
    }

    static Furniture whiteboard(SplitMix random) {
        double width = random.uniform(1.2, 2.4);
        double height = random.uniform(0.9, 1.2);
        return new Furniture(width, 0.06, height, a -> {
            SplitMix inner = random.fork(6);
            Assembly board = a.as(Nyud40.WHITEBOARD);
            double w = width / 2;
            Material rim = Material.glossy(inner.chance(0.6) ? Finishes.metal(inner) : Finishes.joinery(inner));
            // Some are blackboards, which the class space counts among whiteboards.
            Colour ground = inner.chance(0.3)
                    ? Colour.hsv(inner.uniform(0.25, 0.5), inner.uniform(0, 0.5), inner.uniform(0.15, 0.4))
                    : Colour.hsv(inner.uniform(), inner.uniform(0, 0.1), inner.uniform(0.7, 0.97));
            board.box(rim, -w, w, 0, 0.025, 0, height);
            Material face = Material.polished(Depictions.scribbles(inner, ground), 0.04);
            board.box(face, -w + 0.025, w - 0.025, 0, 0.028, 0.025, height - 0.025);
            board.box(rim, -w * 0.5, w * 0.5, 0.02, 0.09, -0.005, 0.01);
        });
    }
}
