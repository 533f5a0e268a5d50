package dev.understudy.scenes.rooms;

import dev.understudy.scenes.build.Assembly;
import dev.understudy.scenes.build.CameraPath;
import dev.understudy.scenes.build.Layout;
import dev.understudy.scenes.build.Layout.Scene;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.trace.Light;
import dev.understudy.scenes.trace.World;
import dev.understudy.scenes.trace.World.Ambient;
import dev.understudy.scenes.trace.World.Backdrop;
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
}
