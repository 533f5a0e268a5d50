package dev.understudy.scenes.rooms;

import dev.understudy.scenes.rooms.RoomPlan.Nyud40;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.Assembly.Furniture;
import dev.understudy.scenes.trace.World.Material;

/** Tables, desks and kitchen counters. */
final class Tables {
    private Tables() {}

    static Furniture dining(SplitMix random) {
        boolean round = random.chance(0.3);
        double width = round ? random.uniform(0.9, 1.3) : random.uniform(1.1, 2.0);
        double depth = round ? width : random.uniform(0.75, 1.0);
        double height = random.uniform(0.7, 0.78);
        return new Furniture(
                width, depth, height, a -> table(a.as(Nyud40.TABLE), random.fork(4), width, depth, height, round));
    }

    static Furniture coffee(SplitMix random) {
        boolean round = random.chance(0.3);
        double width = round ? random.uniform(0.6, 0.95) : random.uniform(0.8, 1.3);
        double depth = round ? width : random.uniform(0.5, 0.75);
        double height = random.uniform(0.34, 0.5);
        return new Furniture(width, depth, height, a -> {
            SplitMix inner = random.fork(5);
            table(a.as(Nyud40.TABLE), inner, width, depth, height, round);
            if (!round && inner.chance(0.5)) {
                Material shelf = Material.satin(Finishes.joinery(inner));
                a.as(Nyud40.TABLE).box(shelf, -width / 2 + 0.05, width / 2 - 0.05, 0.05, depth - 0.05, 0.12, 0.14);
            }
        });
    }

    private static void table(Assembly a, SplitMix random, double width, double depth, double height, boolean round) {
        double w = width / 2;
        double thick = random.uniform(0.02, 0.06);
        Material top = random.chance(0.2)
                ? Material.polished(Finishes.stone(random), 0.08)
                : Material.satin(Finishes.joinery(random));
        Material leg = random.chance(0.6) ? top : Material.satin(Finishes.joinery(random));
        if (round) {
            a.cylinder(top, 0, w, w, height - thick, height);
        } else {
            a.box(top, -w, w, 0, depth, height - thick, height);
        }
        double r = random.uniform(0.022, 0.05);
        if (round || random.chance(0.2)) {
            a.cylinder(leg, 0, depth / 2, r * 1.4, 0.03, height - thick);
            a.frustum(leg, 0, depth / 2, Math.min(w, depth / 2) * 0.6, r * 1.5, 0, 0.07);
            return;
        }
        boolean square = random.chance(0.6);
        double inset = random.uniform(0, 0.08) + r;
        for (double x : new double[] {-w + inset, w - inset}) {
            for (double y : new double[] {inset, depth - inset}) {
                if (square) {
                    a.box(leg, x - r, x + r, y - r, y + r, 0, height - thick);
                } else {
                    a.frustum(leg, x, y, r * 0.6, r, 0, height - thick);
                }
            }
        }
        if (random.chance(0.6)) {
            a.box(leg, -w + inset, w - inset, inset, depth - inset, height - thick - 0.08, height - thick);
        }
    }

    /** A work table with drawers or side panels, to be put against a wall. */
    static Furniture desk(SplitMix random) {
        double width = random.uniform(1.1, 1.8);
        double depth = random.uniform(0.55, 0.8);
        double height = random.uniform(0.7, 0.78);
        return new Furniture(
                width, depth, height, a -> buildDesk(a.as(Nyud40.DESK), random.fork(6), width, depth, height));
    }

    private static void buildDesk(Assembly a, SplitMix random, double width, double depth, double height) {
        double w = width / 2;
        Material top = Material.satin(Finishes.joinery(random));
        Material body = random.chance(0.6) ? top : Material.satin(Finishes.joinery(random));
        a.box(top, -w, w, 0, depth, height - 0.035, height);
        a.box(body, -w + 0.02, w - 0.02, 0.02, 0.04, 0.25, height - 0.035);
        int style = random.below(3);
        double block = random.uniform(0.35, 0.45);
        for (int side = -1; side <= 1; side += 2) {
            if (style == 2 || (style == 1 && side == 1)) {
                double x = side * (w - block / 2 - 0.02);
                StorageFurniture.drawers(
                        a.at(x, 0.02, 0.04), random.fork(side), body, block, depth - 0.06, height - 0.08, 1, 3);
            } else {
                a.box(body, side * (w - 0.04), side * (w - 0.01), 0.02, depth - 0.03, 0, height - 0.035);
            }
        }
        if (random.chance(0.5)) {
            StorageFurniture.boardsOfBooks(
                    a.at(0, 0.02, height), random, body, width * 0.95, 0.2, random.uniform(0.3, 0.5));
        }
    }

    /** A run of kitchen cupboards under a worktop, with cupboards on the wall above if there is room. */
    static Furniture kitchen(SplitMix random) {
        double width = random.uniform(1.6, 3.2);
        double depth = random.uniform(0.58, 0.66);
        boolean above = random.chance(0.65);
        return new Furniture(
                width, depth, above ? 2.2 : 0.95, a -> buildKitchen(a, random.fork(7), width, depth, above));
    }

    private static void buildKitchen(Assembly a, SplitMix random, double width, double depth, boolean above) {
        Material front = Material.satin(Finishes.joinery(random));
        Material top = random.chance(0.6)
                ? Material.polished(Finishes.stone(random), 0.05)
                : Material.satin(Finishes.joinery(random));
        double height = random.uniform(0.86, 0.92);
        int units = Math.max(2, (int) Math.round(width / 0.6));
        StorageFurniture.doors(
                a.as(Nyud40.CABINET).at(0, 0, 0.08), random.fork(1), front, width, depth - 0.04, height - 0.12, units);
        Assembly worktop = a.as(Nyud40.COUNTER);
        worktop.box(top, -width / 2 - 0.01, width / 2 + 0.01, 0, depth + 0.02, height - 0.05, height);
        worktop.box(top, -width / 2, width / 2, 0, 0.025, height, height + random.uniform(0.1, 0.35));
        if (above) {
            double low = random.uniform(1.35, 1.5);
            Material upper = random.chance(0.7) ? front : Material.satin(Finishes.joinery(random));
            StorageFurniture.doors(
                    a.as(Nyud40.CABINET).at(0, 0, low), random.fork(2), upper, width, 0.34, 2.15 - low, units);
        }
    }

    /** A free-standing bar or kitchen island. */
    static Furniture bar(SplitMix random) {
        double width = random.uniform(1.3, 2.2);
        double depth = random.uniform(0.55, 0.85);
        double height = random.uniform(0.9, 1.08);
        return new Furniture(width, depth, height, a -> {
            SplitMix inner = random.fork(8);
            Assembly bar = a.as(Nyud40.COUNTER);
            Material body =
                    Material.satin(inner.chance(0.5) ? Finishes.joinery(inner) : Finishes.tiling(inner, 0.1, 0.2));
            Material top = Material.polished(Finishes.stone(inner), 0.05);
            bar.box(body, -width / 2 + 0.05, width / 2 - 0.05, 0.06, depth - 0.12, 0, height - 0.05);
            bar.box(top, -width / 2, width / 2, 0, depth, height - 0.05, height);
        });
    }
}
