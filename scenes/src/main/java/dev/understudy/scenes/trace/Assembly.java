package dev.understudy.scenes.trace;

import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.trace.World.Light;
import dev.understudy.scenes.trace.World.Material;
import dev.understudy.scenes.trace.World.Solid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Collects solids and lights. Coordinates are metres in the frame of {@link #at}: by convention a thing stands on z =
 * 0, its back is at y = 0 and it faces +y, its middle is x = 0.
 */
public final class Assembly {
    private final Affine frame;
    private final List<Solid> solids;
    private final List<Light> lights;
    private final int label;
    private final boolean shadows;

    public Assembly() {
        this(Affine.IDENTITY, new ArrayList<>(), new ArrayList<>(), 0, true);
    }

    private Assembly(Affine frame, List<Solid> solids, List<Light> lights, int label, boolean shadows) {
        this.frame = frame;
        this.solids = solids;
        this.lights = lights;
        this.label = label;
        this.shadows = shadows;
    }

    /** The same collection seen from a frame within this one. */
    public Assembly at(Affine inner) {
        return new Assembly(frame.of(inner), solids, lights, label, shadows);
    }

    public Assembly at(double x, double y, double z) {
        return at(Affine.shift(x, y, z));
    }

    /** The same collection; what is added through it has this class. */
    public Assembly as(int newLabel) {
        return new Assembly(frame, solids, lights, newLabel, shadows);
    }

    /** The same collection; what is added through it lets light pass. */
    public Assembly shadowless() {
        return new Assembly(frame, solids, lights, label, false);
    }

    public List<Solid> solids() {
        return solids;
    }

    public List<Light> lights() {
        return lights;
    }

    public Vec world(double x, double y, double z) {
        return frame.point(new Vec(x, y, z));
    }

    public Vec worldDirection(double x, double y, double z) {
        return frame.direction(new Vec(x, y, z)).unit();
    }

    public void light(Light light) {
        lights.add(light);
    }

    public void box(Material m, double x0, double x1, double y0, double y1, double z0, double z1) {
        add(Shape.BOX, 1, m, (x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2, half(x0, x1), half(y0, y1), half(z0, z1));
    }

    private static double half(double a, double b) {
        return Math.max(1e-3, Math.abs(b - a) / 2);
    }

    /** An upright cylinder. */
    public void cylinder(Material m, double x, double y, double radius, double z0, double z1) {
        frustum(m, x, y, radius, radius, z0, z1);
    }

    /** An upright frustum with a radius at the bottom (not 0) and one at the top. */
    public void frustum(Material m, double x, double y, double bottom, double top, double z0, double z1) {
        add(Shape.FRUSTUM, top / bottom, m, x, y, (z0 + z1) / 2, bottom, bottom, half(z0, z1));
    }

    public void ball(Material m, double x, double y, double z, double rx, double ry, double rz) {
        add(Shape.BALL, 1, m, x, y, z, rx, ry, rz);
    }

    public void foliage(Material m, double density, double x, double y, double z, double rx, double ry, double rz) {
        add(Shape.FOLIAGE, density, m, x, y, z, rx, ry, rz);
    }

    /** An elliptical upright cylinder. */
    public void column(Material m, double x, double y, double rx, double ry, double z0, double z1) {
        add(Shape.FRUSTUM, 1, m, x, y, (z0 + z1) / 2, rx, ry, half(z0, z1));
    }

    /** A round bar from one point to another. */
    public void rod(Material m, Vec from, Vec to, double radius) {
        Vec axis = to.minus(from);
        double length = axis.length();
        Vec z = axis.times(1 / length);
        Vec x = (Math.abs(z.x()) < 0.9 ? new Vec(1, 0, 0) : new Vec(0, 1, 0))
                .cross(z)
                .unit();
        Vec middle = from.plus(to).times(0.5);
        at(Affine.axes(x, z.cross(x), z, middle)).cylinder(m, 0, 0, radius, -length / 2, length / 2);
    }

    private void add(
            Shape shape, double taper, Material m, double x, double y, double z, double hx, double hy, double hz) {
        Affine place = frame.of(new Affine(hx, 0, 0, 0, hy, 0, 0, 0, hz, x, y, z));
        solids.add(new Solid(shape, taper, place, m, label, shadows));
    }

    /**
     * A thing and the room it takes, before it has a place.
     *
     * @param width along x, metres
     * @param depth along y, from its back at y = 0
     * @param height along z
     * @param builder adds its parts in its own frame
     */
    public record Furniture(double width, double depth, double height, Consumer<Assembly> builder) {
        public void build(Assembly assembly) {
            builder.accept(assembly);
        }
    }

    /** A kind of scene: how places are laid out at random. Stateless; any number of threads may use one. */
    public interface Layout {
        /** Name in ids and on the command line. */
        String name();

        /** The class space of its labels. */
        String classes();

        /** Units per metre in 16-bit depth files: sets the range, 65535 / depthScale metres. */
        double depthScale();

        /** Metres that the camera moves from one frame of a sequence to the next. */
        double stride();

        /** The place of this seed, always the same one. */
        Scene scene(long seed);

        /**
         * A place with everything in it, and the camera's way through it.
         *
         * @param world what there is
         * @param path the camera's way
         * @param brightness mean luminance that the picture should have, 0–1, as an automatic exposure aims for
         */
        record Scene(World world, CameraPath path, double brightness) {}
    }

    /**
     * A smooth way of the camera: Catmull-Rom curves through places and through the points that it looks at there.
     *
     * @param eyes where it is, metres
     * @param targets what it looks at; as many as eyes
     * @param rolls its roll at each, radians
     * @param closed whether the last place leads on to the first
     * @param horizontalView angle between left and right border, radians
     */
    public record CameraPath(
            List<Vec> eyes, List<Vec> targets, List<Double> rolls, boolean closed, double horizontalView) {
        public CameraPath {
            if (eyes.size() < 2 || eyes.size() != targets.size() || eyes.size() != rolls.size()) {
                throw new IllegalArgumentException(
                        eyes.size() + " places, " + targets.size() + " targets, " + rolls.size() + " rolls");
            }
            eyes = List.copyOf(eyes);
            targets = List.copyOf(targets);
            rolls = List.copyOf(rolls);
        }

        /** The place at {@code t}: 0 the first, 1 the last, or the first again on a closed path, where t wraps. */
        public Vec eye(double t) {
            return curve(eyes, t);
        }

        public Camera camera(double t, int width, int height) {
            Vec roll = curve(rolls.stream().map(r -> new Vec(r, 0, 0)).toList(), t);
            return Camera.look(eye(t), curve(targets, t), horizontalView, roll.x(), width, height);
        }

        /** The way's length in metres, to about a percent. */
        public double length() {
            double sum = 0;
            int steps = 16 * eyes.size();
            for (int i = 0; i < steps; i++) {
                sum += eye((i + 1.0) / steps * (1 - 1e-12))
                        .minus(eye((double) i / steps))
                        .length();
            }
            return sum;
        }

        /** The place after so many metres: round and round on a closed path, to and fro on an open one. */
        public double travelled(double metres) {
            double t = metres / length();
            if (closed) {
                return t;
            }
            double f = t % 2;
            return f <= 1 ? f : 2 - f;
        }

        private Vec curve(List<Vec> knots, double t) {
            int spans = closed ? knots.size() : knots.size() - 1;
            double s = (closed ? t - Math.floor(t) : Math.max(0, Math.min(1, t))) * spans;
            int i = Math.min(spans - 1, (int) s);
            double f = s - i;
            Vec a = knot(knots, i - 1);
            Vec b = knot(knots, i);
            Vec c = knot(knots, i + 1);
            Vec d = knot(knots, i + 2);
            Vec out = b.times(2);
            out = out.plus(c.minus(a).times(f));
            out = out.plus(
                    a.times(2).minus(b.times(5)).plus(c.times(4)).minus(d).times(f * f));
            out = out.plus(b.times(3).minus(a).minus(c.times(3)).plus(d).times(f * f * f));
            return out.times(0.5);
        }

        private Vec knot(List<Vec> knots, int i) {
            int n = knots.size();
            return knots.get(closed ? Math.floorMod(i, n) : Math.max(0, Math.min(n - 1, i)));
        }
    }
}
