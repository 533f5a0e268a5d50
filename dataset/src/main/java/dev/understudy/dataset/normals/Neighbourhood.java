package dev.understudy.dataset.normals;

import org.jspecify.annotations.Nullable;

/** Finds the plane around each pixel of one row after the other. Of one thread. */
final class Neighbourhood {
    private final float[] inverse;
    private final int width;
    private final int height;
    private final int radius;
    private final int fewest;
    private final double tolerance;
    /** By distance in pixels: how much depth may differ from the centre's, as a share of it. */
    private final double[] gates;

    private final SlidingWindow window;
    private final PlaneFit plane = new PlaneFit();
    private int v;

    /** @param inverse inverse depth, row-major, 0 where there is none */
    Neighbourhood(NormalOptions options, float[] inverse, int width, int height) {
        this.inverse = inverse;
        this.width = width;
        this.height = height;
        this.radius = options.radiusFor(width);
        this.fewest = DepthNormals.fewest(radius);
        this.tolerance = options.tolerance();
        this.window = new SlidingWindow(width, radius);
        gates = new double[radius + 1];
        for (int distance = 0; distance <= radius; distance++) {
            gates[distance] = Math.min(0.9, 2 * tolerance + options.steepest() * distance);
        }
    }

    void startRow(int row) {
        v = row;
        window.start(inverse, height, row);
    }

    /** The plane around pixel {@code u}, to be called for each of a row in order; null if there is none. */
    @Nullable
    PlaneFit fit(int u) {
        window.moveTo(u, plane);
        double centre = inverse[v * width + u];
        if (centre <= 0) {
            return null;
        }
        boolean found = plane.solve(fewest) && plane.residual() <= tolerance / 4 * centre
                || fitThisSide(u, centre) && (plane.residual() <= tolerance / 2 * centre || fitWhatAgrees(u, centre));
        return found && plane.atCentre > 0 ? plane : null;
    }

    /** Leaves out what is across a depth edge. */
    private boolean fitThisSide(int u, double centre) {
        plane.clear();
        for (int dv = Math.max(-radius, -v); dv <= Math.min(radius, height - 1 - v); dv++) {
            int at = (v + dv) * width + u;
            for (int du = Math.max(-radius, -u); du <= Math.min(radius, width - 1 - u); du++) {
                double w = inverse[at + du];
                // Missing pixels are 0 and so beyond every gate.
                if (Math.abs(w - centre) <= centre * gates[Math.max(Math.abs(du), Math.abs(dv))]) {
                    plane.add(du, dv, w);
                }
            }
        }
        return plane.solve(fewest);
    }

    /** Leaves out what is not, more or less, on the plane of the first fit, put through the pixel that is asked about. */
    private boolean fitWhatAgrees(int u, double centre) {
        double slopeU = plane.slopeU;
        double slopeV = plane.slopeV;
        plane.clear();
        for (int dv = Math.max(-radius, -v); dv <= Math.min(radius, height - 1 - v); dv++) {
            int at = (v + dv) * width + u;
            for (int du = Math.max(-radius, -u); du <= Math.min(radius, width - 1 - u); du++) {
                double w = inverse[at + du];
                if (w > 0 && Math.abs(w - centre - slopeU * du - slopeV * dv) <= 2 * tolerance * centre) {
                    plane.add(du, dv, w);
                }
            }
        }
        return plane.solve(fewest) && plane.residual() <= tolerance * centre;
    }
}
