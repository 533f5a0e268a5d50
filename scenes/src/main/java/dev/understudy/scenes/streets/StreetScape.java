package dev.understudy.scenes.streets;

import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.streets.StreetLayout.Cityscapes19;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.Colour.Texture;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.texture.Noise;
import dev.understudy.scenes.texture.Patterns;
import dev.understudy.scenes.texture.SurfacePoint;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.World.Material;

/** Fills both sides of a road and the road itself. One per street, for one thread. */
final class StreetScape {
    private final Assembly street;
    private final Road road;
    private final SplitMix random;
    /** Metres along the road that the camera drives; its own lane stays free so far. */
    private final double drive;

    StreetScape(Assembly street, Road road, SplitMix random, double drive) {
        this.street = street;
        this.road = road;
        this.random = random;
        this.drive = drive;
    }

    /** The frame at the roadside: x along the road, y towards the road, on the given side (+1 = left). */
    private Assembly facing(int side, double along, double distance) {
        Affine frame = road.at(along, side * distance);
        return street.at(side > 0 ? frame.of(Affine.yaw(StrictMath.PI)) : frame);
    }

    /** What lies behind the sidewalk: built-up, gardens, or open land; it changes along the way. */
    void sides() {
        for (int side = -1; side <= 1; side += 2) {
            double s = road.start();
            double urban = random.uniform() * random.uniform(0.6, 1);
            while (s < road.end()) {
                double stretch = random.uniform(8, 26);
                double kind = random.uniform();
                if (kind < 0.2 + 0.6 * urban) {
                    stretch = buildings(side, s, stretch, urban);
                } else if (kind < 0.7 + 0.2 * urban) {
                    garden(side, s, stretch);
                } else {
                    grove(side, s, stretch);
                }
                s += stretch;
            }
        }
    }

    private double buildings(int side, double s, double width, double urban) {
        double height = urban > 0.5 ? random.uniform(7, 24) : random.uniform(4, 9);
        double depth = random.uniform(7, 12);
        // On the inner side of a bend a broad front would cut into the road.
        double bulge = width * width / 8 * Math.abs(road.curvature());
        double back = road.verge() + bulge + 0.05 + (urban > 0.6 ? 0 : random.uniform(0, 6));
        Buildings.block(facing(side, s + width / 2, back), random, width - random.pick(0.0, 0.0, 2.0), depth, height);
        return width;
    }

    private void garden(int side, double s, double width) {
        Assembly edge = facing(
                side,
                s + width / 2,
                road.verge() + random.uniform(0.4, 2) + width * width / 8 * Math.abs(road.curvature()));
        double half = width / 2;
        switch (random.below(6)) {
            case 0 -> Roadside.hedge(edge, random, half, random.uniform(0.8, 1.8));
            case 1, 2 -> Roadside.wall(edge, random, half);
            default -> Roadside.fence(edge, random, half);
        }
        int plants = random.between(1, 4);
        for (int i = 0; i < plants; i++) {
            plant(side, s + random.uniform(0, width), road.verge() + random.uniform(2, 7));
        }
        if (random.chance(0.55)) {
            Buildings.block(
                    facing(side, s + half, road.verge() + random.uniform(8, 14)),
                    random,
                    width * 0.7,
                    9,
                    random.uniform(4, 8));
        }
    }

    private void grove(int side, double s, double width) {
        int plants = (int) (width / 2.2);
        for (int i = 0; i < plants; i++) {
            plant(side, s + random.uniform(0, width), road.verge() + random.uniform(1, 14));
        }
    }

    private void plant(int side, double s, double distance) {
        Assembly place = facing(side, s, distance);
        if (random.chance(0.7)) {
            Roadside.tree(place, random, false);
        } else {
            Roadside.bush(place, random);
        }
    }

    /** Lamp posts, signs, street trees. */
    void furniture() {
        double every = random.uniform(14, 26);
        boolean both = random.chance(0.6);
        boolean avenue = random.chance(0.45);
        for (double s = random.uniform(2, 12); s < road.end() - 20; s += every) {
            for (int side = both ? -1 : 1; side <= 1; side += 2) {
                Roadside.lampPost(facing(side, s, road.half() + 0.4).at(0, 0, Road.KERB), random);
                if (avenue) {
                    Roadside.tree(facing(side, s + every / 2, road.half() + 0.8).at(0, 0, Road.KERB), random, true);
                }
            }
        }
        int signs = random.between(4, 9);
        for (int i = 0; i < signs; i++) {
            int side = random.chance(0.75) ? -1 : 1;
            Affine place =
                    road.at(random.uniform(5, 55), side * (road.half() + 0.5)).of(Affine.shift(0, 0, Road.KERB));
            Roadside.sign(
                    street.at(side > 0 && random.chance(0.5) ? place.of(Affine.yaw(StrictMath.PI)) : place), random);
        }
    }

    /** A crossing with lights and people on it. */
    void crossing() {
        if (!random.chance(0.85)) {
            return;
        }
        double s = drive + random.uniform(-22, 10);
        StreetShell.crossing(street, road, s, random);
        double arm = random.chance(0.4) ? road.half() * 0.6 : 0;
        for (int side = -1; side <= 1; side += 2) {
            Affine place = road.at(s - 2.2, side * (road.half() + 0.35)).of(Affine.shift(0, 0, Road.KERB));
            Roadside.trafficLight(
                    street.at(side > 0 ? place.of(Affine.scale(1, -1, 1)) : place), random, side < 0 ? arm : 0);
        }
        int people = random.between(0, 2);
        for (int i = 0; i < people; i++) {
            // Only where the camera has not to pass.
            double left = s > drive ? random.uniform(-1, 1) * road.half() : random.uniform(0.1, 1) * road.half();
            Affine place = road.at(s + random.uniform(-1, 1), left);
            People.pedestrian(street.at(place.of(Affine.yaw(random.pick(1.5, -1.5)))), random);
        }
    }

    /** Vehicles in the lanes, beyond the camera's own way, and at the kerb. */
    void traffic() {
        boolean parking = random.chance(0.7);
        double lane = road.half() > 5 ? road.half() / 4 : road.half() / 2;
        double ahead = drive + random.uniform(5, 14);
        for (double s = ahead; s < 110; s += random.uniform(9, 30)) {
            vehicle(s, -lane + random.uniform(-0.3, 0.3), 0);
        }
        for (double s = random.uniform(4, 20); s < 110; s += random.uniform(10, 34)) {
            vehicle(s, lane + random.uniform(-0.3, 0.3), StrictMath.PI);
        }
        riders();
        if (!parking) {
            return;
        }
        for (int side = -1; side <= 1; side += 2) {
            if (road.half() <= 4.2 && side < 0) {
                continue;
            }
            for (double s = random.uniform(0, 10); s < 90; s += random.uniform(5.4, 16)) {
                double heading = side < 0 ? 0 : StrictMath.PI;
                Assembly place = street.at(
                        road.at(s, side * (road.half() - 1.05)).of(Affine.yaw(heading + random.uniform(-0.04, 0.04))));
                if (random.chance(0.88)) {
                    Vehicles.car(place, random);
                } else {
                    People.motorcycle(place, random, false);
                }
            }
        }
    }

    /** Two-wheelers that keep to the edges of the road, where the camera passes them. */
    private void riders() {
        int count = random.between(1, 5);
        for (int i = 0; i < count; i++) {
            int side = random.chance(0.65) ? -1 : 1;
            double left = side * (road.half() - (side < 0 ? 0.6 : 2.6));
            Affine place = road.at(random.uniform(6, 48), left).of(Affine.yaw(side < 0 ? 0 : StrictMath.PI));
            if (random.chance(0.6)) {
                People.bicycle(street.at(place), random, true);
            } else {
                People.motorcycle(street.at(place), random, true);
            }
        }
    }

    private void vehicle(double s, double left, double heading) {
        Assembly place = street.at(road.at(s, left).of(Affine.yaw(heading)));
        double kind = random.uniform();
        if (kind < 0.48) {
            Vehicles.car(place, random);
        } else if (kind < 0.6) {
            Vehicles.truck(place, random);
        } else if (kind < 0.71) {
            Vehicles.bus(place, random);
        } else if (kind < 0.85) {
            People.motorcycle(place, random, random.chance(0.9));
        } else {
            People.bicycle(place, random, true);
        }
    }

    void people() {
        int count = random.between(5, 18);
        for (int i = 0; i < count; i++) {
            int side = random.chance(0.6) ? -1 : 1;
            double left = side * (road.half() + random.uniform(0.5, Math.max(0.6, road.walkways() - 0.3)));
            Affine place =
                    road.at(3 + 50 * random.uniform() * random.uniform(), left).of(Affine.shift(0, 0, Road.KERB));
            People.pedestrian(
                    street.at(place.of(Affine.yaw(random.pick(0.0, StrictMath.PI) + random.uniform(-0.5, 0.5)))),
                    random);
        }
        int bicycles = random.between(1, 6);
        for (int i = 0; i < bicycles; i++) {
            int side = random.chance(0.6) ? -1 : 1;
            Affine place =
                    road.at(random.uniform(4, 40), side * (road.verge() - 0.4)).of(Affine.shift(0, 0, Road.KERB));
            People.bicycle(street.at(place.of(Affine.yaw(random.uniform(-0.3, 0.3)))), random, false);
        }
    }

    /**
     * The course of a road: an arc.
     *
     * @param curvature 1/radius, positive to the left
     * @param half half its width in metres, kerb to kerb
     * @param walkways width of the sidewalks
     * @param start metres along the road where it begins; the camera's way begins at 0
     * @param end where it ends
     */
    record Road(double curvature, double half, double walkways, double start, double end) {
        static final double KERB = 0.13;

        /** The frame {@code along} metres along the road and {@code left} metres to the left of its middle. */
        Affine at(double along, double left) {
            double angle = curvature * along;
            if (Math.abs(curvature) < 1e-9) {
                return Affine.shift(along, left, 0);
            }
            double radius = 1 / curvature;
            double x = radius * StrictMath.sin(angle);
            double y = radius * (1 - StrictMath.cos(angle));
            return Affine.shift(x, y, 0).of(Affine.yaw(angle)).of(Affine.shift(0, left, 0));
        }

        /** Where the sidewalks end. */
        double verge() {
            return half + walkways;
        }
    }

    /** Houses, blocks and shops: the front lies on y = 0 and faces +y, the middle at x = 0. */
    private static final class Buildings {
        private Buildings() {}

        /** The pattern of a front: storeys and bays, measured from the face's lower edge. */
        private record Front(
                Texture wall,
                Colour frame,
                Colour glass,
                double storey,
                double bay,
                double share,
                boolean shop,
                int seed)
                implements Texture {
            @Override
            public void paint(SurfacePoint p) {
                wall.paint(p);
                if (p.axis == 2) {
                    return;
                }
                double up = p.v + p.halfV;
                int floor = Noise.floor(up / storey);
                double v = up / storey - floor;
                double across = p.u / bay + 0.5;
                int column = Noise.floor(across);
                double u = Math.abs(across - column - 0.5) * 2;
                boolean ground = shop && floor == 0;
                double width = ground ? 0.9 : share;
                double low = ground ? 0.1 : 0.28;
                double high = ground ? 0.8 : 0.8;
                if (p.halfV * 2 - up < storey * 0.2 || u > width || v < low || v > high) {
                    return;
                }
                double rim = Math.max(0.06 / bay, 0.02);
                boolean sash = u > width - 2 * rim || v < low + rim || v > high - rim || Math.abs(u) < rim * 0.6;
                if (sash) {
                    p.paint(frame);
                    return;
                }
                double shade = Noise.cell(floor, column, p.axis, seed);
                p.paint(glass, new Colour(0.75, 0.78, 0.8), shade < 0.25 ? 0.6 : shade * 0.25);
            }
        }

        static void block(Assembly street, SplitMix random, double width, double depth, double height) {
            Assembly a = street.as(Cityscapes19.BUILDING);
            double w = width / 2;
            Texture wall = wall(random);
            double storey = random.uniform(2.7, 3.5);
            Texture front = new Front(
                    wall,
                    random.chance(0.6) ? Finishes.pale(random) : Finishes.anyColour(random),
                    Colour.hsv(0.58, random.uniform(0.05, 0.3), random.uniform(0.1, 0.35)),
                    storey,
                    random.uniform(1.4, 3.2),
                    random.uniform(0.4, 0.85),
                    random.chance(0.4),
                    random.seed());
            a.box(Material.satin(front), -w, w, -depth, 0, 0, height);
            Material trim = Material.matte(Finishes.paint(random, Finishes.pale(random)));
            if (random.chance(0.6)) {
                a.box(trim, -w, w, -0.1, 0.25, height - 0.3, height);
            }
            if (random.chance(0.3)) {
                balconies(a, random, w, storey, height);
            }
            if (random.chance(0.5)) {
                Material door = Material.satin(Finishes.joinery(random));
                double x = random.uniform(-w * 0.6, w * 0.6);
                a.box(trim, x - 0.7, x + 0.7, 0, 0.08, 0, 2.5);
                a.box(door, x - 0.55, x + 0.55, 0, 0.1, 0, 2.3);
            }
            if (random.chance(0.35)) {
                Material awning = Material.matte(Finishes.fabric(random));
                a.at(Affine.shift(0, 0, 2.9).of(Affine.tilt(-0.35)))
                        .box(awning, -w * 0.8, w * 0.8, 0, 1.3, -0.04, 0.04);
            }
            if (height < 9 && random.chance(0.7)) {
                roof(a, random, w, depth, height);
            }
        }

        private static Texture wall(SplitMix random) {
            double kind = random.uniform();
            if (kind < 0.35) {
                return Finishes.brick(random);
            }
            if (kind < 0.8) {
                return Finishes.paint(
                        random, random.chance(0.7) ? Finishes.pale(random).times(0.85) : Finishes.anyColour(random));
            }
            return kind < 0.9 ? Finishes.stone(random) : Finishes.tiling(random, 0.6, 1.5);
        }

        private static void balconies(Assembly a, SplitMix random, double w, double storey, double height) {
            Material rail = Material.satin(Finishes.paint(random, Finishes.anyColour(random)));
            double half = random.uniform(0.8, 1.6);
            double x = random.uniform(-w + half, w - half);
            for (double z = storey; z < height - storey * 0.8; z += storey) {
                a.box(rail, x - half, x + half, 0, 1.0, z - 0.1, z);
                a.box(rail, x - half, x + half, 0.95, 1.0, z, z + 0.9);
            }
        }

        /** Two leaning slabs that meet over the middle. */
        private static void roof(Assembly a, SplitMix random, double w, double depth, double height) {
            Colour tile = Colour.hsv(random.uniform(0.0, 0.08), random.uniform(0.1, 0.65), random.uniform(0.25, 0.6));
            Material m =
                    Material.matte(Patterns.tiles(tile, tile.times(0.5), 0.3, 0.35, 0.02, 0.5, 0.3, random.seed()));
            double rise = random.uniform(0.4, 0.8);
            double half = depth / 2 + 0.4;
            double length = half * Math.sqrt(1 + rise * rise);
            double angle = StrictMath.atan(rise);
            Affine ridge = Affine.shift(0, -depth / 2, height + half * rise - 0.1);
            a.at(ridge.of(Affine.tilt(-angle))).box(m, -w - 0.3, w + 0.3, 0, length, -0.15, 0);
            a.at(ridge.of(Affine.yaw(StrictMath.PI)).of(Affine.tilt(-angle)))
                    .box(m, -w - 0.3, w + 0.3, 0, length, -0.15, 0);
            Material gable = Material.matte(Finishes.paint(random, Finishes.pale(random)));
            int steps = 5;
            for (int i = 0; i < steps; i++) {
                double y = (depth / 2) * (1 - (double) i / steps);
                double z = height + (depth / 2) * rise * i / steps;
                a.box(gable, -w, w, -depth / 2 - y + 0.2, -depth / 2 + y - 0.2, z, z + depth / 2 * rise / steps - 0.1);
            }
        }
    }
}
