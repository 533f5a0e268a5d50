package dev.understudy.scenes.trace;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.Vec;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A pinhole camera.
 *
 * @param toWorld camera (x right, y down, z forward) to world (z up): a rotation and a shift
 * @param intrinsics focal lengths and principal point, pixel centres at integer coordinates
 */
public record Camera(Affine toWorld, Intrinsics intrinsics, int width, int height) {
    private static final Vec UP = new Vec(0, 0, 1);

    /**
     * A camera with square pixels that looks from {@code eye} to {@code target}.
     *
     * @param horizontalView the angle between the left and right border, radians
     * @param roll clockwise turn about the optical axis, radians
     */
    public static Camera look(Vec eye, Vec target, double horizontalView, double roll, int width, int height) {
        Vec forward = target.minus(eye).unit();
        Vec sideways = forward.cross(UP);
        Vec level = sideways.length() > 1e-6 ? sideways.unit() : new Vec(1, 0, 0);
        Vec below = forward.cross(level);
        double c = StrictMath.cos(roll);
        double s = StrictMath.sin(roll);
        Vec right = level.times(c).plus(below.times(s));
        Vec down = forward.cross(right);
        double focal = width / (2 * StrictMath.tan(horizontalView / 2));
        Intrinsics intrinsics = new Intrinsics(focal, focal, (width - 1) / 2.0, (height - 1) / 2.0);
        return new Camera(Affine.axes(right, down, forward, eye), intrinsics, width, height);
    }

    /** The same view with another number of pixels. */
    public Camera resized(int newWidth, int newHeight) {
        double k = (double) newWidth / width;
        Intrinsics scaled =
                new Intrinsics(intrinsics.fx() * k, intrinsics.fy() * k, (newWidth - 1) / 2.0, (newHeight - 1) / 2.0);
        return new Camera(toWorld, scaled, newWidth, newHeight);
    }

    /** The pose as manifests write it: camera to world, 4×4, row-major. */
    public List<Double> pose() {
        Affine m = toWorld;
        return List.of(
                m.xx(), m.xy(), m.xz(), m.tx(), m.yx(), m.yy(), m.yz(), m.ty(), m.zx(), m.zy(), m.zz(), m.tz(), 0.0,
                0.0, 0.0, 1.0);
    }

    /**
     * A coarse look, to judge a view before it is taken.
     *
     * @param classes how many classes cover more than one in a hundred of the looks
     * @param nearest a close distance: a tenth of the looks end nearer, metres; what is not met counts as far
     * @param median half of the looks end nearer
     */
    public record Glance(int classes, double nearest, double median) {
        private static final int COLUMNS = 16;
        private static final int ROWS = 12;

        /** How much there is to see: many classes, and nothing right before the lens. */
        public double interest() {
            return Math.min(8, classes) + Math.min(2.2, median) + 4 * Math.min(0.9, nearest);
        }

        public static Glance of(World world, Camera camera) {
            FrameTracer eye = new FrameTracer(world, camera.resized(COLUMNS, ROWS), 0);
            int n = COLUMNS * ROWS;
            double[] depth = new double[n];
            int[] hits = new int[256];
            for (int i = 0; i < n; i++) {
                Ray ray = eye.look(i % COLUMNS, i / COLUMNS);
                hits[
                        ray.slot < 0
                                ? world.backdrop().label()
                                : world.solids()
                                        .get(world.bvh().solid(ray.slot))
                                        .label()]++;
                depth[i] = ray.high;
            }
            Arrays.sort(depth);
            BitSet seen = new BitSet();
            for (int label = 0; label < hits.length; label++) {
                if (hits[label] > 2) {
                    seen.set(label);
                }
            }
            return new Glance(seen.cardinality(), depth[n / 10], depth[n / 2]);
        }
    }
}
