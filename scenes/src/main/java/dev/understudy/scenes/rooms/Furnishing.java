package dev.understudy.scenes.rooms;

import dev.understudy.scenes.rooms.RoomPlan.Nyud40;
import dev.understudy.scenes.rooms.RoomPlan.Spot;
import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.Assembly.Furniture;
import dev.understudy.scenes.trace.World.Material;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Fills a room the way people do: what belongs together stands together. One per room, for one thread. */
final class Furnishing {
    private final Assembly room;
    private final RoomPlan plan;
    private final SplitMix random;
    private int pieces;

    Furnishing(Assembly room, RoomPlan plan, SplitMix random) {
        this.room = room;
        this.plan = plan;
        this.random = random;
    }

    /** A generator for the next piece, so that a piece that finds no place leaves the others as they are. */
    private SplitMix own() {
        return random.fork(++pieces);
    }

    private @Nullable Spot put(Function<SplitMix, Furniture> maker, double clearance) {
        return plan.put(room, maker.apply(own()), 0, clearance);
    }

    /** Doors and windows first: nothing may block them. */
    void openings() {
        int doors = random.chance(0.3) ? 2 : 1;
        for (int i = 0; i < doors; i++) {
            plan.put(room, WallThings.door(own()), 0, 0.7);
        }
        int windows = random.between(1, 2);
        for (int i = 0; i < windows; i++) {
            double sill = random.chance(0.2) ? 0.1 : random.uniform(0.75, 1.05);
            double height = Math.min(plan.height() - sill - 0.25, random.uniform(1.05, 1.5) + (sill < 0.3 ? 0.6 : 0));
            boolean dressed = random.chance(0.7);
            plan.put(room, WallThings.window(own(), height, sill, dressed), sill, 0);
        }
    }

    /** What any room may have: pictures, boxes, a mat. */
    void extras() {
        int pictures = random.between(2, 5);
        for (int i = 0; i < pictures; i++) {
            plan.put(room, WallThings.picture(own()), random.uniform(1.15, 1.55), 0);
        }
        int boxes = random.between(0, 2);
        for (int i = 0; i < boxes; i++) {
            put(SmallThings::boxes, 0);
        }
    }

    /** More of what suits the room, where there is still a place. */
    private void more(int most, List<Function<SplitMix, Furniture>> makers) {
        for (int i = random.between(1, most); i > 0; i--) {
            put(makers.get(random.below(makers.size())), 0.2);
        }
    }

    private void mat(double x, double y, double yaw) {
        if (random.chance(0.7)) {
            Furniture mat = SmallThings.mat(own());
            mat.build(room.at(Affine.shift(x, y, 0).of(Affine.yaw(yaw)).of(Affine.shift(0, -mat.depth() / 2, 0))));
        }
    }

    void living() {
        Spot sofa = put(Seating::sofa, 0.3);
        if (sofa != null) {
            Furniture table = Tables.coffee(own());
            Affine before = sofa.frame().of(Affine.shift(random.uniform(-0.2, 0.2), random.uniform(1.3, 1.5), 0));
            Vec middle = before.of(Affine.shift(0, table.depth() / 2, 0)).origin();
            mat(middle.x(), middle.y(), sofa.wall() * StrictMath.PI / 2);
            if (plan.standIn(room, table, before)) {
                clutter(room.at(before), table, 2);
            }
            opposite(sofa);
        }
        if (random.chance(0.7)) {
            put(Seating::sofa, 0.2);
        }
        put(StorageFurniture::bookshelf, 0.2);
        put(Lamps::floor, 0);
        if (random.chance(0.25)) {
            diningGroup();
        }
        more(
                3,
                List.of(
                        Seating::sofa,
                        StorageFurniture::bookshelf,
                        StorageFurniture::dresser,
                        r -> StorageFurniture.sideboard(r, 0.7, 1.0),
                        r -> Seating.chair(r, false)));
    }

    /** A television across the room from a sofa or bed: on a low cabinet, or on the wall. */
    private void opposite(Spot seat) {
        int wall = (seat.wall() + 2) % 4;
        double along = plan.wallLength(wall) - seat.along();
        SplitMix own = own();
        if (own.chance(0.65)) {
            Furniture low = StorageFurniture.sideboard(own.fork(1), 0.4, 0.65);
            Furniture screen = WallThings.television(own.fork(2), own.uniform(0.06, 0.14));
            Furniture both = new Furniture(
                    Math.max(low.width(), screen.width()), low.depth(), low.height() + screen.height(), a -> {
                        low.build(a);
                        screen.build(a.at(0, 0.06, low.height()));
                    });
            if (plan.putAt(room, both, wall, along, 0, 0.2) == null) {
                plan.put(room, both, 0, 0.2);
            }
        } else {
            plan.putAt(room, WallThings.television(own, 0), wall, along, random.uniform(0.95, 1.3), 0);
        }
    }

    void bedroom() {
        Furniture bed = Beds.bed(own());
        Spot spot = plan.put(room, bed, 0, 0.2);
        if (spot != null) {
            SplitMix pair = own();
            for (int side = -1; side <= 1; side += 2) {
                Furniture stand = StorageFurniture.nightStand(pair);
                double along = spot.along() + side * (bed.width() / 2 + stand.width() / 2 + random.uniform(0.03, 0.12));
                plan.putAt(room, stand, spot.wall(), along, 0, 0);
            }
            Vec foot = spot.frame().point(new Vec(random.uniform(-0.5, 0.5), bed.depth() * random.uniform(0.8, 1), 0));
            mat(foot.x(), foot.y(), spot.wall() * StrictMath.PI / 2);
            double over = bed.height() + random.uniform(0.15, 0.3);
            plan.putAt(room, WallThings.picture(own()), spot.wall(), spot.along(), Math.max(1.1, over), 0);
            if (random.chance(0.45)) {
                opposite(spot);
            }
        }
        put(StorageFurniture::dresser, 0.2);
        put(StorageFurniture::wardrobe, 0.3);
        if (random.chance(0.35)) {
            workplace();
        }
        more(
                3,
                List.of(
                        StorageFurniture::dresser,
                        StorageFurniture::bookshelf,
                        Seating::sofa,
                        StorageFurniture::nightStand,
                        r -> Seating.chair(r, false)));
    }

    void kitchen() {
        SplitMix style = own();
        int wall = random.below(4);
        Furniture run = Tables.kitchen(style);
        double along = run.width() / 2 + (plan.wallLength(wall) - run.width()) * random.uniform(0.2, 0.8);
        Spot spot = plan.putAt(room, run, wall, along, 0, 0.4);
        if (spot == null) {
            spot = plan.put(room, run, 0, 0.4);
        }
        Furniture cold = StorageFurniture.refrigerator(own());
        if (spot != null) {
            clutter(room.at(spot.frame()), new Furniture(run.width(), run.depth(), 0.92, a -> {}), 3);
            double side = random.chance(0.5) ? 1 : -1;
            double beside = spot.along() + side * (run.width() / 2 + cold.width() / 2 + 0.03);
            if (plan.putAt(room, cold, spot.wall(), beside, 0, 0.3) == null) {
                plan.put(room, cold, 0, 0.3);
            }
        } else {
            plan.put(room, cold, 0, 0.3);
        }
        if (random.chance(0.4)) {
            put(Tables::kitchen, 0.3);
        }
        if (random.chance(0.4)) {
            plan.stand(
                    room,
                    Tables.bar(own()),
                    plan.length() * 0.5,
                    plan.width() * 0.5,
                    random.below(4) * StrictMath.PI / 2);
        }
        diningGroup();
        more(
                2,
                List.of(
                        StorageFurniture::refrigerator,
                        StorageFurniture::wardrobe,
                        r -> StorageFurniture.sideboard(r, 0.7, 1.0),
                        r -> Seating.chair(r, false)));
        screen(0.2);
    }

    private void screen(double probability) {
        if (random.chance(probability)) {
            plan.put(room, WallThings.television(own(), 0), random.uniform(1, 1.4), 0);
        }
    }

    void dining() {
        diningGroup();
        put(r -> StorageFurniture.sideboard(r, 0.7, 1.0), 0.3);
        if (random.chance(0.4)) {
            put(Lamps::floor, 0);
        }
        more(
                4,
                List.of(
                        StorageFurniture::bookshelf,
                        StorageFurniture::refrigerator,
                        Seating::sofa,
                        StorageFurniture::dresser,
                        r -> Seating.chair(r, false)));
        screen(0.3);
    }

    void office() {
        int desks = random.between(1, 2);
        for (int i = 0; i < desks; i++) {
            workplace();
        }
        plan.put(room, WallThings.whiteboard(own()), random.uniform(0.85, 1.05), 0);
        put(StorageFurniture::bookshelf, 0.2);
        put(StorageFurniture::filing, 0.3);
        if (random.chance(0.45)) {
            diningGroup();
        }
        screen(0.5);
        more(3, List.of(StorageFurniture::bookshelf, Seating::sofa, StorageFurniture::filing, SmallThings::boxes));
    }

    private void workplace() {
        Furniture desk = Tables.desk(own());
        Spot spot = plan.put(room, desk, 0, 0);
        if (spot == null) {
            return;
        }
        clutter(room.at(spot.frame()), desk, 3);
        Furniture chair = Seating.chair(own(), random.chance(0.7));
        double out = desk.depth() + random.uniform(0, 0.3);
        Affine turned = Affine.shift(random.uniform(-0.25, 0.25), out + chair.depth(), 0)
                .of(Affine.yaw(StrictMath.PI + random.uniform(-0.6, 0.6)));
        plan.standIn(room, chair, spot.frame().of(turned));
    }

    /** A table in the open with chairs of one kind around it. */
    private void diningGroup() {
        Furniture table = Tables.dining(own());
        for (int attempt = 0; attempt < 6; attempt++) {
            double x = plan.length() * random.uniform(0.3, 0.7);
            double y = plan.width() * random.uniform(0.3, 0.7);
            double yaw = random.pick(0.0, StrictMath.PI / 2) + random.uniform(-0.15, 0.15);
            if (!plan.stand(room, table, x, y, yaw)) {
                continue;
            }
            Affine middle = Affine.shift(x, y, 0).of(Affine.yaw(yaw));
            clutter(room.at(middle.of(Affine.shift(0, -table.depth() / 2, 0))), table, 2);
            Furniture chair = Seating.chair(own(), false);
            int along = table.width() > 1.4 ? 2 : 1;
            for (int side = -1; side <= 1; side += 2) {
                for (int i = 0; i < along; i++) {
                    double at = along == 1 ? 0 : (i - 0.5) * table.width() * 0.5;
                    seat(middle, chair, at, side * table.depth() / 2, side > 0 ? StrictMath.PI : 0);
                }
                if (random.chance(0.5)) {
                    seat(middle, chair, side * table.width() / 2, 0, side > 0 ? StrictMath.PI / 2 : -StrictMath.PI / 2);
                }
            }
            return;
        }
    }

    /** A chair at the rim (x, y) of a table, facing its middle, some way out. */
    private void seat(Affine table, Furniture chair, double x, double y, double yaw) {
        if (random.chance(0.1)) {
            return;
        }
        double out = random.uniform(0.02, 0.35);
        Affine place = table.of(Affine.shift(x, y, 0))
                .of(Affine.yaw(yaw + random.uniform(-0.3, 0.3)))
                .of(Affine.shift(0, -chair.depth() - out, 0));
        plan.standIn(room, chair, place);
    }

    /** Lamps and boxes on a top. */
    private void clutter(Assembly a, Furniture table, int most) {
        int count = random.between(0, most);
        for (int i = 0; i < count; i++) {
            double x = table.width() * ((i + random.uniform(0.3, 0.7)) / count - 0.5) * 0.8;
            Assembly top = a.at(x, table.depth() * random.uniform(0.35, 0.6), table.height());
            if (random.chance(0.3)) {
                Lamps.table(top, own());
            } else {
                SmallThings.parcel(top, own());
            }
        }
    }

    /** Boxes and floor mats. */
    private static final class SmallThings {
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
}
