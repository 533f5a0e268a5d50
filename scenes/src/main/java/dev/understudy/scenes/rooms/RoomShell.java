package dev.understudy.scenes.rooms;

import dev.understudy.scenes.build.Assembly;
import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.texture.Patterns;
import dev.understudy.scenes.trace.Material;

/** Floor, walls and ceiling, with skirting boards, beams and the odd pillar. */
final class RoomShell {
    private static final double THICK = 0.2;

    private RoomShell() {}

    static void build(Assembly room, RoomPlan plan, SplitMix random) {
        // What encloses a room cannot come between two places in it.
        Assembly a = room.shadowless();
        double x = plan.length();
        double y = plan.width();
        double z = plan.height();
        Material floor = random.chance(0.3)
                ? Material.polished(Finishes.floor(random), 0.06)
                : Material.satin(Finishes.floor(random));
        a.as(Nyud40.FLOOR).box(floor, -THICK, x + THICK, -THICK, y + THICK, -THICK, 0);
        Material ceiling = Material.matte(
                random.chance(0.75)
                        ? Finishes.paint(random, Finishes.pale(random))
                        : Finishes.tiling(random, 0.5, 0.7));
        a.as(Nyud40.CEILING).box(ceiling, -THICK, x + THICK, -THICK, y + THICK, z, z + THICK);
        if (random.chance(0.2)) {
            beams(a.as(Nyud40.CEILING), random, x, y, z);
        }
        walls(a.as(Nyud40.WALL), plan, random);
    }

    private static void beams(Assembly a, SplitMix random, double x, double y, double z) {
        Material beam = Material.matte(Finishes.joinery(random));
        int count = random.between(2, 5);
        for (int i = 0; i < count; i++) {
            double at = x * (i + 0.5) / count;
            a.box(beam, at - 0.06, at + 0.06, 0, y, z - 0.12, z);
        }
    }

    private static void walls(Assembly a, RoomPlan plan, SplitMix random) {
        Material common = Material.matte(Finishes.wall(random));
        int accent = random.chance(0.35) ? random.below(4) : -1;
        Material other = Material.matte(Finishes.wall(random));
        Material board = Material.satin(
                random.chance(0.5) ? Finishes.paint(random, Finishes.pale(random)) : Finishes.joinery(random));
        double skirting = random.chance(0.8) ? random.uniform(0.05, 0.14) : 0;
        double rail = random.chance(0.15) ? random.uniform(0.8, 1.1) : 0;
        boolean cornice = random.chance(0.3);
        double z = plan.height();
        for (int wall = 0; wall < 4; wall++) {
            double half = plan.wallLength(wall) / 2;
            Assembly w = a.at(plan.wallFrame(wall, half, 0));
            w.box(wall == accent ? other : common, -half, half, -THICK, 0, 0, z);
            if (skirting > 0) {
                w.box(board, -half, half, 0, 0.003, 0, skirting);
            }
            if (rail > 0) {
                w.box(board, -half, half, 0, 0.003, rail, rail + 0.06);
            }
            if (cornice) {
                Assembly edge = w.at(Affine.shift(0, 0, z));
                edge.box(board, -half, half, 0, 0.05, -0.07, 0);
            }
        }
        if (random.chance(0.15)) {
            Material pillar = random.chance(0.5) ? common : Material.matte(Patterns.plain(Finishes.pale(random)));
            double r = random.uniform(0.12, 0.2);
            a.box(pillar, 0, 2 * r, 0, 2 * r, 0, z);
        }
    }
}
