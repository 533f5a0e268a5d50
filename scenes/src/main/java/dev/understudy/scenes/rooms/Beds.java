package dev.understudy.scenes.rooms;

import dev.understudy.scenes.rooms.RoomPlan.Nyud40;
import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.texture.Patterns;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.Assembly.Furniture;
import dev.understudy.scenes.trace.World.Material;

/** Beds, and the pillows that lie on beds and sofas. */
final class Beds {
    private Beds() {}

    static Furniture bed(SplitMix random) {
        double width = random.pick(0.9, 1.2, 1.4, 1.6, 1.8) + random.uniform(-0.05, 0.05);
        double length = random.uniform(1.95, 2.2);
        double base = random.uniform(0.22, 0.38);
        double top = base + random.uniform(0.16, 0.26);
        double head = top + random.uniform(0.2, 0.65);
        return new Furniture(
                width, length, head, a -> build(a.as(Nyud40.BED), random.fork(1), width, length, base, top, head));
    }

    private static void build(
            Assembly a, SplitMix random, double width, double length, double base, double top, double head) {
        double w = width / 2;
        Material frame = Material.satin(Finishes.joinery(random));
        Material sheet =
                Material.matte(random.chance(0.5) ? Patterns.plain(Finishes.pale(random)) : Finishes.fabric(random));
        Material cover = Material.matte(Finishes.fabric(random));
        headboard(a, random, frame, w, head);
        a.box(frame, -w, w, 0.05, length, base * 0.4, base);
        double leg = random.uniform(0.03, 0.06);
        for (int side = -1; side <= 1; side += 2) {
            a.cylinder(frame, side * (w - leg), length - leg, leg, 0, base);
            a.cylinder(frame, side * (w - leg), 0.1, leg, 0, base);
        }
        a.box(sheet, -w + 0.02, w - 0.02, 0.08, length - 0.02, base, top);
        double turned = length * random.uniform(0.22, 0.45);
        double hang = random.uniform(0.05, 0.3);
        double thick = random.uniform(0.02, 0.06);
        a.box(cover, -w - 0.015, w + 0.015, turned, length + 0.01, Math.max(0.08, top - hang), top + thick);
        if (random.chance(0.4)) {
            Material throwOver = Material.matte(Finishes.fabric(random));
            double from = length * random.uniform(0.6, 0.75);
            a.box(
                    throwOver,
                    -w - 0.025,
                    w + 0.025,
                    from,
                    from + 0.4,
                    Math.max(0.1, top - hang - 0.05),
                    top + thick + 0.015);
        }
        if (random.chance(0.3)) {
            a.box(frame, -w, w, length, length + 0.04, 0, top + random.uniform(0.05, 0.25));
        }
        pillows(a.at(0, 0.12, top), random, width);
    }

    private static void headboard(Assembly a, SplitMix random, Material frame, double w, double head) {
        switch (random.below(3)) {
            case 0 -> a.box(frame, -w, w, 0, 0.05, 0, head);
            case 1 -> {
                Material padded = Material.matte(Finishes.fabric(random));
                int fields = random.between(1, 4);
                for (int i = 0; i < fields; i++) {
                    double x = -w + 2 * w * i / fields;
                    a.box(padded, x + 0.008, x + 2 * w / fields - 0.008, 0, 0.08, 0.1, head);
                }
            }
            default -> {
                a.cylinder(frame, -w, 0.03, 0.025, 0, head);
                a.cylinder(frame, w, 0.03, 0.025, 0, head);
                a.box(frame, -w, w, 0.01, 0.05, head - 0.08, head - 0.02);
                for (double x = -w + 0.1; x < w - 0.05; x += 0.12) {
                    a.box(frame, x, x + 0.03, 0.02, 0.04, 0.2, head - 0.05);
                }
            }
        }
    }

    private static void pillows(Assembly a, SplitMix random, double width) {
        int across = width > 1.3 ? 2 : 1;
        Material first = Material.matte(Finishes.fabric(random));
        Material second = random.chance(0.5) ? first : Material.matte(Finishes.fabric(random));
        for (int i = 0; i < across; i++) {
            double x = across == 1 ? random.uniform(-0.1, 0.1) : (i - 0.5) * width * 0.48;
            double rx = Math.min(0.36, width / across * 0.44);
            pillow(a.at(x, 0.22, 0.09), random, first, rx, 0.23, random.uniform(0.1, 0.9));
            if (random.chance(0.4)) {
                pillow(a.at(x + 0.05, 0.48, 0.1), random, second, rx * 0.75, 0.2, random.uniform(0.2, 1));
            }
        }
    }

    /** A pillow around the origin, leaning back by {@code tilt} radians. */
    static void pillow(Assembly a, SplitMix random, Material m, double rx, double ry, double tilt) {
        Assembly p =
                a.as(Nyud40.PILLOW).at(Affine.yaw(random.uniform(-0.25, 0.25)).of(Affine.tilt(tilt)));
        p.ball(m, 0, 0, 0, rx, ry, 0.085);
        // Corners give a pillow its outline.
        p.box(m, -rx * 0.86, rx * 0.86, -ry * 0.84, ry * 0.84, -0.03, 0.03);
    }
}
