package dev.understudy.dataset.normals;

import org.jspecify.annotations.Nullable;

/** Finds the plane around each pixel of one row after the other. Of one thread. */
final class Neighbourhood {
    private static final double SHARE = 0.25;
    private static final int LARGE = 6;

    private final float[] inverse;
    private final int width;
    private final int height;
    private final int radius;
    private final int fewest;
    /** Large neighbourhoods that are no plane as a whole are looked at in every second row and column. */
    private final int step;

    private final int fewestSteps;
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
        this.fewest = fewest(2 * radius + 1);
        this.step = radius < LARGE ? 1 : 2;
        this.fewestSteps = fewest(2 * (radius / step) + 1);
        this.tolerance = options.tolerance();
        this.window = new SlidingWindow(width, radius);
        gates = new double[radius + 1];
        for (int distance = 0; distance <= radius; distance++) {
            gates[distance] = Math.min(0.9, 2 * tolerance + options.steepest() * distance);
        }
    }

    private static int fewest(int side) {
        return (int) Math.ceil(SHARE * side * side);
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
        for (int dv = from(v); dv <= Math.min(radius, height - 1 - v); dv += step) {
            int at = (v + dv) * width + u;
            for (int du = from(u); du <= Math.min(radius, width - 1 - u); du += step) {
                double w = inverse[at + du];
                // Missing pixels are 0 and so beyond every gate.
                if (Math.abs(w - centre) <= centre * gates[Math.max(Math.abs(du), Math.abs(dv))]) {
                    plane.add(du, dv, w);
                }
            }
        }
        return plane.solve(fewestSteps);
    }

    /** The first step, in the window and the picture, from which one comes to the centre. */
    private int from(int centre) {
        return -Math.min(radius, centre) / step * step;
    }

    /** Leaves out what is not, more or less, on the plane of the first fit, put through the pixel that is asked about. */
    private boolean fitWhatAgrees(int u, double centre) {
        double slopeU = plane.slopeU;
        double slopeV = plane.slopeV;
        plane.clear();
        for (int dv = from(v); dv <= Math.min(radius, height - 1 - v); dv += step) {
            int at = (v + dv) * width + u;
            for (int du = from(u); du <= Math.min(radius, width - 1 - u); du += step) {
                double w = inverse[at + du];
                if (w > 0 && Math.abs(w - centre - slopeU * du - slopeV * dv) <= 2 * tolerance * centre) {
                    plane.add(du, dv, w);
                }
            }
        }
        return plane.solve(fewestSteps) && plane.residual() <= tolerance * centre;
    }
}
