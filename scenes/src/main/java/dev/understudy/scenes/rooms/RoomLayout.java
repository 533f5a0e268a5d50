package dev.understudy.scenes.rooms;

import dev.understudy.scenes.rooms.RoomPlan.Nyud40;
import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.texture.Patterns;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.Assembly.CameraPath;
import dev.understudy.scenes.trace.Assembly.Layout;
import dev.understudy.scenes.trace.Assembly.Layout.Scene;
import dev.understudy.scenes.trace.Camera.Glance;
import dev.understudy.scenes.trace.World;
import dev.understudy.scenes.trace.World.Ambient;
import dev.understudy.scenes.trace.World.Backdrop;
import dev.understudy.scenes.trace.World.Light;
import dev.understudy.scenes.trace.World.Material;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Furnished rooms, seen from inside. */
public final class RoomLayout implements Layout {
    /** More lights than this cost time and show little. */
    private static final int LIGHTS = 3;

    @Override
    public String name() {
        return "rooms";
    }

    @Override
    public String classes() {
        return "nyud40";
    }

    @Override
    public double depthScale() {
        return 5000;
    }

    @Override
    public double stride() {
        return 0.04;
    }

    @Override
    public Scene scene(long seed) {
        SplitMix random = SplitMix.of(seed, 1);
        RoomPlan plan = new RoomPlan(
                random.uniform(3.2, 5.5), random.uniform(2.9, 4.6), random.uniform(2.35, 2.95), random.fork(1));
        Assembly room = new Assembly();
        RoomShell.build(room, plan, random.fork(2));
        Furnishing furnishing = new Furnishing(room, plan, random.fork(3));
        furnishing.openings();
        switch (random.below(11)) {
            case 0, 1, 2 -> furnishing.living();
            case 3, 4, 5 -> furnishing.bedroom();
            case 6, 7 -> furnishing.kitchen();
            case 8, 9 -> furnishing.office();
            default -> furnishing.dining();
        }
        furnishing.extras();
        ceilingLamps(room, plan, random.fork(4));
        World world = new World(room.solids(), strongest(room), ambient(plan, random), Backdrop.none(Nyud40.WALL));
        CameraPath path = RoomPaths.choose(plan, world, random.fork(5));
        return new Scene(world, path, random.uniform(0.3, 0.46));
    }

    private static void ceilingLamps(Assembly room, RoomPlan plan, SplitMix random) {
        int lamps = random.between(1, 2);
        for (int i = 0; i < lamps; i++) {
            double x = plan.length() * (lamps == 1 ? random.uniform(0.35, 0.65) : 0.27 + 0.46 * i);
            double y = plan.width() * random.uniform(0.35, 0.65);
            Lamps.ceiling(room.at(x, y, plan.height()), random, random.uniform(1.2, 3.6) / lamps);
        }
    }

    private static List<Light> strongest(Assembly room) {
        Comparator<Light> byPower =
                Comparator.comparingDouble(light -> -light.colour().luminance());
        return room.lights().stream().sorted(byPower).limit(LIGHTS).toList();
    }

    private static Ambient ambient(RoomPlan plan, SplitMix random) {
        Colour tint = Colour.hsv(random.uniform(0.05, 0.65), random.uniform(0, 0.12), 1);
        double level = random.uniform(0.22, 0.42);
        double[] hull = {0, 0, 0, plan.length(), plan.width(), plan.height()};
        return new Ambient(tint.times(level), tint.times(level * random.uniform(0.55, 0.9)), hull);
    }

    /** Floor, walls and ceiling, with skirting boards, beams and the odd pillar. */
    private static final class RoomShell {
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

    /** Chooses the camera's round through a room: free of things, and with something to see all along. */
    private static final class RoomPaths {
        private static final int CANDIDATES = 8;
        private static final int LOOKS = 6;
        private static final double MARGIN = 0.28;

        private RoomPaths() {}

        static CameraPath choose(RoomPlan plan, World world, SplitMix random) {
            CameraPath best = round(plan, random, 0.5);
            double bestScore = score(plan, world, best);
            for (int i = 1; i < CANDIDATES; i++) {
                CameraPath path = round(plan, random, 1 - 0.5 * i / CANDIDATES);
                double score = score(plan, world, path);
                if (score > bestScore) {
                    best = path;
                    bestScore = score;
                }
            }
            return best;
        }

        /**
         * A closed way around the room's middle, as wide as {@code reach} (1 = along the walls) and the things allow.
         */
        private static CameraPath round(RoomPlan plan, SplitMix random, double reach) {
            int knots = random.between(4, 6);
            double start = random.uniform(0, 2 * StrictMath.PI);
            List<Vec> eyes = new ArrayList<>();
            List<Vec> targets = new ArrayList<>();
            List<Double> rolls = new ArrayList<>();
            Vec middle = new Vec(plan.length() / 2, plan.width() / 2, 0);
            for (int i = 0; i < knots; i++) {
                double angle = start + (i + random.uniform(-0.25, 0.25)) * 2 * StrictMath.PI / knots;
                double height = random.uniform(1.05, 1.75);
                Vec out =
                        new Vec(StrictMath.cos(angle) * plan.length() / 2, StrictMath.sin(angle) * plan.width() / 2, 0);
                Vec eye = outermost(plan, middle, out.times(reach * random.uniform(0.75, 1.1)), height);
                eyes.add(eye);
                Vec across = middle.minus(new Vec(eye.x(), eye.y(), 0));
                Vec target = middle.plus(across.times(random.uniform(0.2, 0.7)));
                double spread = 0.28 * Math.min(plan.length(), plan.width());
                targets.add(new Vec(
                        target.x() + random.uniform(-spread, spread),
                        target.y() + random.uniform(-spread, spread),
                        height - random.uniform(0.05, 0.85)));
                rolls.add(random.uniform(-0.06, 0.06));
            }
            return new CameraPath(eyes, targets, rolls, true, random.uniform(0.9, 1.25));
        }

        private static Vec outermost(RoomPlan plan, Vec middle, Vec out, double height) {
            for (double k = 1; k > 0.2; k -= 0.08) {
                Vec eye = new Vec(middle.x() + k * out.x(), middle.y() + k * out.y(), height);
                if (plan.airy(eye, MARGIN)) {
                    return eye;
                }
            }
            return new Vec(middle.x() + 0.2 * out.x(), middle.y() + 0.2 * out.y(), height);
        }

        private static double score(RoomPlan plan, World world, CameraPath path) {
            double score = 0;
            for (int i = 0; i < 24; i++) {
                if (!plan.airy(path.eye(i / 24.0), MARGIN * 0.6)) {
                    score -= 2;
                }
            }
            for (int i = 0; i < LOOKS; i++) {
                score += Glance.of(world, path.camera((i + 0.5) / LOOKS, 160, 120))
                        .interest();
            }
            return score;
        }
    }
}
