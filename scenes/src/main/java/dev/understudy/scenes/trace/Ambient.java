package dev.understudy.scenes.trace;

import dev.understudy.scenes.texture.Colour;

/**
 * Light from everywhere: {@code above} on what faces up, {@code below} on what faces down, and less in the corners of a
 * closed room. With an empty hull there are no corners.
 *
 * @param hull the room's inner bounds, min x, y, z then max x, y, z, or an empty array out of doors
 */
public record Ambient(Colour above, Colour below, double[] hull) {
    private static final double REACH = 0.35;

    /** How open the place (x, y, z) with normal (nx, ny, nz) is: 1 = free, less near the hull's other sides. */
    double openness(double x, double y, double z, double nx, double ny, double nz) {
        if (hull.length == 0) {
            return 1;
        }
        return side(x - hull[0], nx)
                * side(hull[3] - x, nx)
                * side(y - hull[1], ny)
                * side(hull[4] - y, ny)
                * side(z - hull[2], nz)
                * side(hull[5] - z, nz);
    }

    private static double side(double distance, double along) {
        double d = Math.max(0, distance) / REACH;
        return 1 - 0.4 * (1 - Math.abs(along)) / (1 + d * d);
    }
}
