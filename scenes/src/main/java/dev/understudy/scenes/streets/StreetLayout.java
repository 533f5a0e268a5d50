package dev.understudy.scenes.streets;

import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.streets.StreetScape.Road;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.Noise;
import dev.understudy.scenes.texture.SurfacePoint;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.Assembly.CameraPath;
import dev.understudy.scenes.trace.Assembly.Layout;
import dev.understudy.scenes.trace.Assembly.Layout.Scene;
import dev.understudy.scenes.trace.World;
import dev.understudy.scenes.trace.World.Ambient;
import dev.understudy.scenes.trace.World.Backdrop;
import dev.understudy.scenes.trace.World.Light;
import java.util.ArrayList;
import java.util.List;

/** Streets, seen from a car that drives along. */
public final class StreetLayout implements Layout {
    /** Metres that the camera drives through one street. */
    private static final double DRIVE = 40;

    @Override
    public String name() {
        return "streets";
    }

    @Override
    public String classes() {
        return "cityscapes19";
    }

    @Override
    public double depthScale() {
        return 256;
    }

    @Override
    public double stride() {
        return 0.35;
    }

    @Override
    public Scene scene(long seed) {
        SplitMix random = SplitMix.of(seed, 2);
        double half = random.uniform(3.3, 7);
        double curvature = random.chance(0.4) ? 0 : random.uniform(-1, 1) / 130;
        Road road = new Road(curvature, half, random.uniform(1.6, 4.2), -18, 165);
        Assembly street = new Assembly();
        StreetShell.build(street, road, random.fork(1));
        scape(street, road, random, 1).sides();
        scape(street, road, random, 2).furniture();
        scape(street, road, random, 3).crossing();
        scape(street, road, random, 4).traffic();
        scape(street, road, random, 5).people();
        SplitMix weather = random.fork(7);
        double cover = weather.chance(0.35) ? weather.uniform(0.75, 1) : weather.uniform(0, 0.6);
        World world = new World(
                street.solids(), List.of(sun(weather, cover)), ambient(weather, cover), new Sky(weather, cover));
        return new Scene(world, path(road, random.fork(8)), random.uniform(0.3, 0.42));
    }

    private static StreetScape scape(Assembly street, Road road, SplitMix random, int part) {
        return new StreetScape(street, road, random.fork(10 + part), DRIVE);
    }

    private static Light sun(SplitMix weather, double cover) {
        double azimuth = weather.uniform(0, 2 * StrictMath.PI);
        double height = weather.uniform(0.35, 1.3);
        Vec towards = new Vec(StrictMath.cos(azimuth), StrictMath.sin(azimuth), StrictMath.tan(height * 0.85));
        Colour colour = Colour.hsv(0.11, 0.3 * (1.3 - height), 1).times(1.5 * (1 - 0.85 * cover));
        return Light.sun(towards, colour);
    }

    private static Ambient ambient(SplitMix weather, double cover) {
        Colour above = Colour.hsv(0.6, weather.uniform(0.05, 0.2), 1).times(0.42 + 0.3 * cover);
        return new Ambient(above, above.times(0.45), new double[0]);
    }

    private static CameraPath path(Road road, SplitMix random) {
        double lane = road.half() > 5 ? road.half() / 4 : road.half() / 2;
        double height = random.uniform(1.25, 1.9);
        double look = random.uniform(-0.3, 1.2);
        List<Vec> eyes = new ArrayList<>();
        List<Vec> targets = new ArrayList<>();
        List<Double> rolls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            double s = i * (DRIVE - 8) / 4;
            double left = -lane + random.uniform(-0.5, 0.5);
            Affine eye = road.at(s, left);
            Affine target = road.at(s + 12, left + random.uniform(-2.6, 2.6));
            eyes.add(eye.origin().plus(new Vec(0, 0, height)));
            targets.add(target.origin().plus(new Vec(0, 0, height - look + random.uniform(-0.2, 0.2))));
            rolls.add(random.uniform(-0.015, 0.015));
        }
        return new CameraPath(eyes, targets, rolls, false, random.uniform(0.95, 1.5));
    }

    /** A sky that is paler at the horizon, with clouds; overcast when {@code cover} is near 1. */
    static final class Sky implements Backdrop {
        private final Colour zenith;
        private final Colour horizon;
        private final Colour cloud;
        private final double cover;
        private final double scale;
        private final int seed;

        Sky(SplitMix random, double cover) {
            this.cover = cover;
            double warm = random.uniform();
            zenith = Colour.hsv(
                    random.uniform(0.55, 0.63),
                    random.uniform(0.25, 0.65) * (1 - 0.7 * cover),
                    random.uniform(0.6, 0.9));
            horizon = Colour.hsv(warm < 0.2 ? 0.08 : 0.58, random.uniform(0.02, 0.3), random.uniform(0.85, 1))
                    .times(0.95);
            cloud = Colour.grey(random.uniform(0.75, 1)).times(1.05 - 0.35 * cover);
            scale = random.uniform(0.6, 2);
            seed = random.seed();
        }

        @Override
        public int label() {
            return Cityscapes19.SKY;
        }

        @Override
        public void paint(double x, double y, double z, SurfacePoint p) {
            double up = Math.max(0.02, z);
            double pale = 1 / (1 + 6 * up);
            double n = Noise.fractal(scale * x / (up + 0.15), scale * y / (up + 0.15), 0.5, seed, 4);
            double clouds = Noise.step(0.75 - 0.6 * cover, 0.95 - 0.5 * cover, n + 0.1);
            Colour clear = zenith.mix(horizon, pale);
            p.paint(clear, cloud, clouds * (1 - 0.5 * pale));
        }
    }

    /** The indices of the cityscapes19 classes that occur in rendered streets. */
    static final class Cityscapes19 {
        static final int ROAD = 0;
        static final int SIDEWALK = 1;
        static final int BUILDING = 2;
        static final int WALL = 3;
        static final int FENCE = 4;
        static final int POLE = 5;
        static final int TRAFFIC_LIGHT = 6;
        static final int TRAFFIC_SIGN = 7;
        static final int VEGETATION = 8;
        static final int TERRAIN = 9;
        static final int SKY = 10;
        static final int PERSON = 11;
        static final int RIDER = 12;
        static final int CAR = 13;
        static final int TRUCK = 14;
        static final int BUS = 15;
        static final int MOTORCYCLE = 17;
        static final int BICYCLE = 18;

        private Cityscapes19() {}
    }
}
