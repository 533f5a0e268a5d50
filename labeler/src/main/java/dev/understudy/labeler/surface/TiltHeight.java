package dev.understudy.labeler.surface;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import java.util.Arrays;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.jspecify.annotations.Nullable;

/**
 * How the surfaces of a frame lie in the room, in coarse cells: how far they face up, in {@value #TILTS} steps, and how
 * high they are above the lowest surface in sight, in {@value #HEIGHTS} steps of 25 cm. The depth alone tells; neither
 * pose nor normals are needed. Where a camera's intrinsics are not known those of a structured-light sensor stand in.
 */
public final class TiltHeight {
    static final int TILTS = 6;
    static final int HEIGHTS = 12;
    /** Cells are numbered from 0 to one less. */
    public static final int CELLS = TILTS * HEIGHTS;

    private static final double STEP_METRES = 0.25;
    private static final double LOWEST_SHARE = 0.01;
    /** Focal length over width. */
    private static final double USUAL_FOCAL = 0.82;

    private static final float FARTHEST = 1e-3f;
    private static final int SAMPLE = 3;

    private TiltHeight() {}

    /** By pixel the cell; all −1 where a frame has no depth. */
    public static int[] cells(Frame frame) {
        CoarseFrame coarse = CoarseFrame.of(frame, CoarseFrame.LONGEST);
        DepthMap depth = coarse.depth();
        if (depth == null) {
            int[] none = new int[frame.width() * frame.height()];
            Arrays.fill(none, -1);
            return none;
        }
        return coarse.grid().enlarged(cells(depth, coarse.coarse(intrinsics(frame))));
    }

    private static Intrinsics intrinsics(Frame frame) {
        Intrinsics known = frame.record().intrinsics();
        double focal = USUAL_FOCAL * frame.width();
        return known != null
                ? known
                : new Intrinsics(focal, focal, (frame.width() - 1) / 2.0, (frame.height() - 1) / 2.0);
    }

    private static int[] cells(DepthMap depth, Intrinsics camera) {
        int width = depth.width();
        int[] cells = new int[width * depth.height()];
        InversePlanes planes = InversePlanes.fit(depth, Math.max(2, Math.round(width / 160f)));
        float[] normals = normals(planes, camera, width);
        double[] up = Gravity.up(sampled(normals));
        float[] height = new float[cells.length];
        for (int pixel = 0; pixel < cells.length; pixel++) {
            double z = 1 / Math.max(planes.value[pixel], FARTHEST);
            double x = (pixel % width - camera.cx()) / camera.fx() * z;
            double y = (pixel / width - camera.cy()) / camera.fy() * z;
            height[pixel] = (float) (x * up[0] + y * up[1] + z * up[2]);
        }
        double lowest = lowest(depth, height);
        for (int pixel = 0; pixel < cells.length; pixel++) {
            double facing =
                    normals[3 * pixel] * up[0] + normals[3 * pixel + 1] * up[1] + normals[3 * pixel + 2] * up[2];
            cells[pixel] = cell(facing, height[pixel] - lowest);
        }
        return cells;
    }

    /** @param facing cosine between a surface's normal and up */
    static int cell(double facing, double metres) {
        int tilt = Math.min(Math.max((int) ((facing + 1) / 2 * TILTS), 0), TILTS - 1);
        int step = Math.min(Math.max((int) (metres / STEP_METRES), 0), HEIGHTS - 1);
        return tilt * HEIGHTS + step;
    }

    /** Towards the camera: a plane w = a·u + b·v + c of inverse depth has the normal −(a·fx, b·fy, a·cx + b·cy + c). */
    private static float[] normals(InversePlanes planes, Intrinsics camera, int width) {
        float[] normals = new float[3 * planes.value.length];
        for (int pixel = 0; pixel < planes.value.length; pixel++) {
            double a = planes.right[pixel];
            double b = planes.down[pixel];
            double x = a * camera.fx();
            double y = b * camera.fy();
            double z = planes.value[pixel] - a * (pixel % width - camera.cx()) - b * (pixel / width - camera.cy());
            double length = Math.max(Math.sqrt(x * x + y * y + z * z), 1e-12);
            normals[3 * pixel] = (float) (-x / length);
            normals[3 * pixel + 1] = (float) (-y / length);
            normals[3 * pixel + 2] = (float) (-z / length);
        }
        return normals;
    }

    private static float[] sampled(float[] normals) {
        int count = normals.length / 3 / SAMPLE;
        float[] some = new float[3 * count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(normals, 3 * SAMPLE * i, some, 3 * i, 3);
        }
        return some;
    }

    /** Above the lowest hundredth of what was measured, so that a few stray measurements are no floor. */
    private static double lowest(DepthMap depth, float[] height) {
        float[] measured = new float[height.length];
        int count = 0;
        for (int pixel = 0; pixel < height.length; pixel++) {
            if (depth.metres()[pixel] > 0) {
                measured[count++] = height[pixel];
            }
        }
        if (count == 0) {
            return 0;
        }
        Arrays.sort(measured, 0, count);
        return measured[(int) (LOWEST_SHARE * (count - 1))];
    }

    /**
     * Which way is up, from the surfaces that a camera sees (Gupta, Arbeláez and Malik, CVPR 2013). Most surfaces of a
     * room lie either flat or upright: of all directions the one is looked for that their normals are most nearly
     * parallel or square to, starting from the picture's own up, first among normals within 45° of that, then within
     * 15°.
     */
    public static final class Gravity {
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
                EigenDecompositionSymmetric eigen =
                        new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(scatter));
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
            // Nine sums, though four are the same but for rounding, which the answer's last bits hang on
            double xx = 0;
            double xy = 0;
            double xz = 0;
            double yx = 0;
            double yy = 0;
            double yz = 0;
            double zx = 0;
            double zy = 0;
            double zz = 0;
            for (int i = 0; i + 2 < normals.length; i += 3) {
                float x = normals[i];
                float y = normals[i + 1];
                float z = normals[i + 2];
                double along = Math.abs(x * up[0] + y * up[1] + z * up[2]);
                double sign = along > parallel ? -1 : along < square ? 1 : 0;
                sign *= weights == null ? 1 : weights[i / 3];
                if (sign != 0) {
                    xx += sign * x * x;
                    xy += sign * x * y;
                    xz += sign * x * z;
                    yx += sign * y * x;
                    yy += sign * y * y;
                    yz += sign * y * z;
                    zx += sign * z * x;
                    zy += sign * z * y;
                    zz += sign * z * z;
                }
            }
            return new double[][] {{xx, xy, xz}, {yx, yy, yz}, {zx, zy, zz}};
        }
    }
}
