package dev.understudy.scenes.rooms;

import dev.understudy.scenes.build.CameraPath;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.trace.Glance;
import dev.understudy.scenes.trace.World;
import java.util.ArrayList;
import java.util.List;

/** Chooses the camera's round through a room: free of things, and with something to see all along. */
final class RoomPaths {
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

    /** A closed way around the room's middle, as wide as {@code reach} (1 = along the walls) and the things allow. */
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
            Vec out = new Vec(StrictMath.cos(angle) * plan.length() / 2, StrictMath.sin(angle) * plan.width() / 2, 0);
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
            score += Glance.of(world, path.camera((i + 0.5) / LOOKS, 160, 120)).interest();
        }
        return score;
    }
}
