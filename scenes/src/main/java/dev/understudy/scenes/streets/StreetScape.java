package dev.understudy.scenes.streets;

import dev.understudy.scenes.build.Assembly;
import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;

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
}
