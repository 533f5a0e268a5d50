package dev.understudy.dataset.normals;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import org.jspecify.annotations.Nullable;

/**
 * How planes are fitted to depth.
 *
 * @param radius pixels to each side that a plane is fitted to; if not given, 9 for pictures that are 640 wide and in
 *     proportion for others, which is what a Kinect's noise asks for. Exact depth does with less, and keeps more detail
 * @param tolerance how far a pixel may be off its plane and still belong to it, as a share of its depth
 * @param steepest by how much depth may change from one pixel to the next on one surface, as a share of it; what
 *     changes more is an edge. A floor is that steep where it is seen 1/steepest pixels below the horizon
 */
public record NormalOptions(
        @Nullable Integer radius,
        @Default("" + DEFAULT_TOLERANCE) double tolerance,
        @Default("" + DEFAULT_STEEPEST) double steepest) {
    public static final double DEFAULT_TOLERANCE = 0.02;
    public static final double DEFAULT_STEEPEST = 0.03;

    private static final int MAX_RADIUS = 20;
    private static final double USUAL_RADIUS = 9.0 / 640;

    public NormalOptions {
        new Checks()
                .that(
                        radius == null || radius >= 1 && radius <= MAX_RADIUS,
                        "radius",
                        "must be 1–" + MAX_RADIUS + ", found " + radius)
                .that(tolerance > 0 && tolerance <= 0.2, "tolerance", "must be above 0 and at most 0.2")
                .that(steepest > 0 && steepest <= 0.5, "steepest", "must be above 0 and at most 0.5")
                .verify();
    }

    public static NormalOptions defaults() {
        return new NormalOptions(null, DEFAULT_TOLERANCE, DEFAULT_STEEPEST);
    }

    int radiusFor(int width) {
        return radius != null ? radius : (int) Math.max(2, Math.min(MAX_RADIUS, Math.round(USUAL_RADIUS * width)));
    }
}
