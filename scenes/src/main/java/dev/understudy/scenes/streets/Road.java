package dev.understudy.scenes.streets;

import dev.understudy.scenes.space.Affine;

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
