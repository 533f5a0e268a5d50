package dev.understudy.scenes.trace;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.Vec;
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
}
