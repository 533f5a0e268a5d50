package dev.understudy.labeler.surface;

import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.jspecify.annotations.Nullable;

/**
 * Which way is up, from the surfaces that a camera sees (Gupta, Arbeláez and Malik, CVPR 2013). Most surfaces of a room
 * lie either flat or upright: of all directions the one is looked for that their normals are most nearly parallel or
 * square to, starting from the picture's own up, first among normals within 45° of that, then within 15°.
 */
public final class Gravity {
    private static final double[] WITHIN_DEGREES = {45, 45, 45, 45, 45, 15, 15, 15, 15, 15};

    private Gravity() {}

    /**
     * @param normals unit vectors in the camera's frame, x right, y down, z forward; x, y, z of each
     * @return a unit vector; the picture's up where there are no normals to tell
     */
    static double[] up(float[] normals) {
        return up(normals, null, new double[] {0, -1, 0}, WITHIN_DEGREES);
    }

    /**
     * As {@link #up(float[])} from elsewhere.
     *
     * @param weights 0 or more, how much each normal counts; null = all the same
     * @param start roughly up, of any length above 0
     * @param withinDegrees of the direction so far, in one round after the other
     */
    public static double[] up(float[] normals, float @Nullable [] weights, double[] start, double[] withinDegrees) {
        double length = Math.sqrt(start[0] * start[0] + start[1] * start[1] + start[2] * start[2]);
        double[] up = {start[0] / length, start[1] / length, start[2] / length};
        for (double degrees : withinDegrees) {
            double within = Math.toRadians(degrees);
            double[][] scatter = scatter(normals, weights, up, Math.cos(within), Math.sin(within));
            EigenDecompositionSymmetric eigen = new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(scatter));
            // Eigenvalues fall, so the last direction is the one that minimises the quadratic form
            double[] best = eigen.getEigenvector(2).toArray();
            double along = best[0] * up[0] + best[1] * up[1] + best[2] * up[2];
            if (Math.abs(along) < 1e-6) {
                return up;
            }
            for (int i = 0; i < 3; i++) {
                up[i] = Math.signum(along) * best[i];
            }
        }
        return up;
    }

    /** Σ n·nᵀ over normals that are nearly square to {@code up}, less that over those nearly parallel to it. */
    private static double[][] scatter(
            float[] normals, float @Nullable [] weights, double[] up, double parallel, double square) {
        double[][] sum = new double[3][3];
        for (int i = 0; i + 2 < normals.length; i += 3) {
            double along = Math.abs(normals[i] * up[0] + normals[i + 1] * up[1] + normals[i + 2] * up[2]);
            double sign = along > parallel ? -1 : along < square ? 1 : 0;
            sign *= weights == null ? 1 : weights[i / 3];
            for (int row = 0; row < 3 && sign != 0; row++) {
                for (int column = 0; column < 3; column++) {
                    sum[row][column] += sign * normals[i + row] * normals[i + column];
                }
            }
        }
        return sum;
    }
}
