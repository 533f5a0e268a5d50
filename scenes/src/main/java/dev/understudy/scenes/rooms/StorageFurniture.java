package dev.understudy.scenes.rooms;

import dev.understudy.scenes.rooms.RoomPlan.Nyud40;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.texture.Depictions;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.texture.Patterns;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.Assembly.Furniture;
import dev.understudy.scenes.trace.World.Material;

/** Boxes with fronts: cabinets, dressers, night stands, bookshelves, refrigerators. */
final class StorageFurniture {
    private StorageFurniture() {}

    /** A wardrobe: taller than a person, doors from top to bottom. */
    static Furniture wardrobe(SplitMix random) {
        double width = random.uniform(0.9, 2.0);
        double depth = random.uniform(0.5, 0.62);
        double height = random.uniform(1.8, 2.25);
        return new Furniture(width, depth, height, a -> {
            SplitMix inner = random.fork(1);
            Material m = Material.satin(Finishes.joinery(inner));
            doors(a.as(Nyud40.CABINET), inner, m, width, depth, height, Math.max(2, (int) Math.round(width / 0.5)));
        });
    }

    /** A long low cabinet; {@code height} metres. */
    static Furniture sideboard(SplitMix random, double low, double high) {
        double width = random.uniform(1.1, 1.9);
        double depth = random.uniform(0.38, 0.5);
        double height = random.uniform(low, high);
        return new Furniture(width, depth, height, a -> {
            SplitMix inner = random.fork(2);
            Material m = Material.satin(Finishes.joinery(inner));
            Assembly cabinet = a.as(Nyud40.CABINET);
            double leg = feet(cabinet, inner, m, width, depth);
            doors(cabinet.at(0, 0, leg), inner, m, width, depth, height - leg, inner.between(2, 4));
        });
    }

    /** A narrow cabinet of office drawers. */
    static Furniture filing(SplitMix random) {
        int columns = random.between(1, 2);
        double width = columns * random.uniform(0.42, 0.5);
        double depth = random.uniform(0.5, 0.62);
        double height = random.uniform(0.95, 1.4);
        return new Furniture(width, depth, height, a -> {
            SplitMix inner = random.fork(3);
            Material m = Material.satin(inner.chance(0.6) ? Finishes.metal(inner) : Finishes.joinery(inner));
            drawers(a.as(Nyud40.CABINET), inner, m, width, depth, height, columns, 4);
        });
    }

    /** Waist high, wide drawers in two or three columns, on feet. */
    static Furniture dresser(SplitMix random) {
        double width = random.uniform(0.95, 1.6);
        double depth = random.uniform(0.42, 0.52);
        double height = random.uniform(0.78, 1.15);
        return new Furniture(width, depth, height, a -> {
            SplitMix inner = random.fork(4);
            Material m = Material.satin(Finishes.joinery(inner));
            Assembly dresser = a.as(Nyud40.DRESSER);
            double leg = feet(dresser, inner, m, width, depth);
            drawers(
                    dresser.at(0, 0, leg),
                    inner,
                    m,
                    width,
                    depth,
                    height - leg,
                    inner.between(1, 3),
                    inner.between(3, 4));
            if (inner.chance(0.4)) {
                Lamps.table(a.at(inner.uniform(-0.3, 0.3) * width, depth / 2, height), inner);
            }
        });
    }

    /** Knee high, one or two drawers, mostly with a lamp on top. */
    static Furniture nightStand(SplitMix random) {
        double width = random.uniform(0.45, 0.65);
        double depth = random.uniform(0.38, 0.48);
        double height = random.uniform(0.5, 0.68);
        return new Furniture(width, depth, height + 0.5, a -> {
            SplitMix inner = random.fork(5);
            Material m = Material.satin(Finishes.joinery(inner));
            Assembly stand = a.as(Nyud40.NIGHT_STAND);
            double leg = feet(stand, inner, m, width, depth);
            drawers(stand.at(0, 0, leg), inner, m, width, depth, height - leg, 1, inner.between(1, 2));
            if (inner.chance(0.75)) {
                Lamps.table(a.at(0, depth / 2, height), inner);
            }
        });
    }

    static Furniture refrigerator(SplitMix random) {
        double width = random.uniform(0.62, 0.92);
        double depth = random.uniform(0.62, 0.75);
        double height = random.uniform(1.55, 1.9);
        return new Furniture(
                width,
                depth,
                height,
                a -> buildRefrigerator(a.as(Nyud40.REFRIGERATOR), random.fork(6), width, depth, height));
    }

    private static void buildRefrigerator(Assembly a, SplitMix random, double width, double depth, double height) {
        double w = width / 2;
        Material skin = Material.polished(
                switch (random.below(4)) {
                    case 0 -> Finishes.paint(random, Finishes.anyColour(random));
                    case 1 -> Finishes.metal(random);
                    default -> Finishes.paint(random, Finishes.pale(random));
                },
                random.uniform(0.02, 0.12));
        Material handle = Material.glossy(Finishes.metal(random));
        a.box(skin, -w, w, 0, depth - 0.06, 0.03, height);
        double x = (random.chance(0.5) ? 1 : -1) * (w - 0.07);
        if (random.chance(0.3)) {
            a.box(skin, -w, -0.005, depth - 0.055, depth, 0.06, height);
            a.box(skin, 0.005, w, depth - 0.055, depth, 0.06, height);
            for (int side = -1; side <= 1; side += 2) {
                a.rod(handle, new Vec(side * 0.05, depth + 0.04, 0.7), new Vec(side * 0.05, depth + 0.04, 1.4), 0.014);
            }
            return;
        }
        double split = height * (random.chance(0.5) ? random.uniform(0.62, 0.74) : random.uniform(0.3, 0.42));
        a.box(skin, -w, w, depth - 0.055, depth, 0.06, split - 0.006);
        a.box(skin, -w, w, depth - 0.055, depth, split + 0.006, height);
        a.rod(
                handle,
                new Vec(x, depth + 0.035, split + 0.05),
                new Vec(x, depth + 0.035, Math.min(height - 0.05, split + 0.45)),
                0.014);
        a.rod(
                handle,
                new Vec(x, depth + 0.035, split - 0.05),
                new Vec(x, depth + 0.035, Math.max(0.1, split - 0.5)),
                0.014);
    }

    static Furniture bookshelf(SplitMix random) {
        double width = random.uniform(0.7, 1.8);
        double depth = random.uniform(0.26, 0.36);
        double height = random.uniform(1.1, 2.2);
        return new Furniture(width, depth, height, a -> {
            SplitMix inner = random.fork(7);
            Material m = Material.satin(Finishes.joinery(inner));
            boardsOfBooks(a.as(Nyud40.BOOKSHELF), inner, m, width, depth, height);
        });
    }

    /** Shelves between two sides, filled with books in blocks of one height, with gaps. */
    static void boardsOfBooks(Assembly a, SplitMix random, Material m, double width, double depth, double height) {
        double w = width / 2;
        int rows = Math.max(1, (int) Math.round(height / random.uniform(0.28, 0.38)));
        double pitch = (height - 0.03) / rows;
        a.box(m, -w, -w + 0.022, 0, depth, 0, height);
        a.box(m, w - 0.022, w, 0, depth, 0, height);
        if (random.chance(0.8)) {
            a.box(m, -w, w, 0, 0.012, 0, height);
        }
        double filling = random.uniform(0.5, 0.98);
        for (int row = 0; row <= rows; row++) {
            double z = row * pitch;
            a.box(m, -w, w, 0, depth, z, z + 0.024);
            if (row < rows) {
                fill(a.at(0, 0, z + 0.024), random, -w + 0.025, w - 0.025, depth, pitch - 0.03, filling);
            }
        }
    }

    private static void fill(
            Assembly a, SplitMix random, double from, double to, double depth, double room, double filling) {
        double x = from;
        while (x < to - 0.08) {
            double length = Math.min(to - x, random.uniform(0.12, 0.5));
            if (random.chance(filling)) {
                double height = room * random.uniform(0.55, 0.95);
                double front = depth * random.uniform(0.7, 0.97);
                a.box(Material.matte(Depictions.spines(random)), x, x + length - 0.004, 0.02, front, 0, height);
            } else if (random.chance(0.3)) {
                double r = Math.min(length, depth) * 0.3;
                Material vase = Material.glossy(Patterns.plain(Finishes.anyColour(random)));
                a.frustum(vase, x + length / 2, depth / 2, r, r * random.uniform(0.4, 1.1), 0, room * 0.6);
            }
            x += length;
        }
    }

    /** Feet or a plinth; returns how far they lift the body. */
    private static double feet(Assembly a, SplitMix random, Material m, double width, double depth) {
        double leg = random.uniform(0.04, 0.16);
        if (leg < 0.07) {
            a.box(m, -width / 2 + 0.03, width / 2 - 0.03, 0.02, depth - 0.04, 0, leg);
            return leg;
        }
        for (int side = -1; side <= 1; side += 2) {
            a.frustum(m, side * (width / 2 - 0.05), 0.05, 0.018, 0.03, 0, leg);
            a.frustum(m, side * (width / 2 - 0.05), depth - 0.05, 0.018, 0.03, 0, leg);
        }
        return leg;
    }

    /** A body with doors side by side, each with a handle. */
    static void doors(Assembly a, SplitMix random, Material m, double width, double depth, double height, int count) {
        double w = width / 2;
        Material front = random.chance(0.75) ? m : Material.satin(Finishes.joinery(random));
        Material handle = Material.glossy(Finishes.metal(random));
        boolean framed = random.chance(0.45);
        boolean knobs = random.chance(0.5);
        a.box(m, -w, w, 0, depth - 0.02, 0, height);
        double each = width / count;
        for (int i = 0; i < count; i++) {
            double x0 = -w + i * each + 0.004;
            double x1 = x0 + each - 0.008;
            a.box(front, x0, x1, depth - 0.02, depth, 0.01, height - 0.01);
            if (framed) {
                a.box(front, x0 + 0.06, x1 - 0.06, depth, depth + 0.008, 0.08, height - 0.08);
            }
            double x = i % 2 == 0 ? x1 - 0.04 : x0 + 0.04;
            double z = height > 1.4 ? 1.0 : height > 0.75 ? height * 0.8 : height * 0.5;
            if (knobs) {
                a.ball(handle, x, depth + 0.02, z, 0.018, 0.02, 0.018);
            } else {
                a.rod(handle, new Vec(x, depth + 0.025, z - 0.08), new Vec(x, depth + 0.025, z + 0.08), 0.009);
            }
        }
    }

    /** A body with drawers in rows and columns, each with one or two pulls. */
    static void drawers(
            Assembly a, SplitMix random, Material m, double width, double depth, double height, int columns, int rows) {
        double w = width / 2;
        Material front = random.chance(0.75) ? m : Material.satin(Finishes.joinery(random));
        Material pull = Material.glossy(Finishes.metal(random));
        boolean bars = random.chance(0.4);
        a.box(m, -w, w, 0, depth - 0.02, 0, height);
        a.box(m, -w - 0.01, w + 0.01, -0.0, depth + 0.015, height - 0.025, height);
        double each = width / columns;
        double rise = (height - 0.03) / rows;
        for (int column = 0; column < columns; column++) {
            double x = -w + (column + 0.5) * each;
            for (int row = 0; row < rows; row++) {
                double z = row * rise;
                a.box(
                        front,
                        x - each / 2 + 0.012,
                        x + each / 2 - 0.012,
                        depth - 0.02,
                        depth,
                        z + 0.012,
                        z + rise - 0.008);
                if (bars) {
                    Vec left = new Vec(x - each * 0.2, depth + 0.02, z + rise * 0.6);
                    a.rod(pull, left, new Vec(x + each * 0.2, depth + 0.02, z + rise * 0.6), 0.008);
                } else if (each > 0.6) {
                    a.ball(pull, x - each * 0.25, depth + 0.015, z + rise / 2, 0.018, 0.018, 0.018);
                    a.ball(pull, x + each * 0.25, depth + 0.015, z + rise / 2, 0.018, 0.018, 0.018);
                } else {
                    a.ball(pull, x, depth + 0.015, z + rise / 2, 0.018, 0.018, 0.018);
                }
            }
        }
    }
}
