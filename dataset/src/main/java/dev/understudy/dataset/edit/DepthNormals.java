package dev.understudy.dataset.edit;

import dev.understudy.dataset.edit.NormalsRun.NormalOptions;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.NormalMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Surface normals from a depth map: a plane is fitted to the neighbourhood of every pixel.
 *
 * <p>Seen through a pinhole, the inverse depth of a plane is a linear function of the pixel's coordinates, 1/Z = a·u +
 * b·v + c, and its normal is proportional to (a·fx, b·fy, a·cx + b·cy + c). So the fit is linear least squares in the
 * picture, exact for planes however they are tilted, and Kinect-like noise, which grows with Z², is even in it.
 *
 * <p>Where all of a neighbourhood lies on a plane that is all. Otherwise neighbours across a depth edge are left out,
 * and if the rest still is no plane, the fit is repeated with those that agree with the first one. There is no normal
 * where depth is missing, where less than a quarter of the neighbourhood is left, or where that does not lie on a plane
 * within the tolerance.
 *
 * <p>Immutable. One call uses all cores; several at once are safe. The result does not depend on the number of threads.
 */
public final class DepthNormals {
    private final NormalOptions options;

    public DepthNormals(NormalOptions options) {
        this.options = options;
    }

    /** @return in the axes of {@link NormalMap}, facing the camera; (0, 0, 0) where there is none */
    public NormalMap of(DepthMap depth, Intrinsics camera) {
        int width = depth.width();
        float[] inverse = new float[depth.metres().length];
        for (int i = 0; i < inverse.length; i++) {
            float metres = depth.metres()[i];
            inverse[i] = metres > 0 ? 1 / metres : 0;
        }
        float[] xyz = new float[inverse.length * 3];
        IntStream.range(0, depth.height()).parallel().forEach(v -> {
            Neighbourhood around = new Neighbourhood(options, inverse, width, depth.height());
            around.startRow(v);
            for (int u = 0; u < width; u++) {
                PlaneFit plane = around.fit(u);
                if (plane != null) {
                    write(plane, camera, u, v, xyz, (v * width + u) * 3);
                }
            }
        });
        return new NormalMap(width, depth.height(), xyz);
    }

    private static void write(PlaneFit plane, Intrinsics camera, int u, int v, float[] xyz, int at) {
        double x = plane.slopeU * camera.fx();
        double y = plane.slopeV * camera.fy();
        double z = plane.atCentre + plane.slopeU * (camera.cx() - u) + plane.slopeV * (camera.cy() - v);
        double length = Math.sqrt(x * x + y * y + z * z);
        // (x, y, z) is in the camera's frame and points away from it; NormalMap has (right, forward, up).
        xyz[at] = (float) (-x / length);
        xyz[at + 1] = (float) (-z / length);
        xyz[at + 2] = (float) (y / length);
    }

    /** Finds the plane around each pixel of one row after the other. Of one thread. */
    private static final class Neighbourhood {
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
                    || fitThisSide(u, centre)
                            && (plane.residual() <= tolerance / 2 * centre || fitWhatAgrees(u, centre));
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

        /**
         * Leaves out what is not, more or less, on the plane of the first fit, put through the pixel that is asked
         * about.
         */
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

        /**
         * The sums of a {@link PlaneFit} over all measured pixels of a square window that moves along one row of
         * pixels, at a cost that grows with the window's side and not with its area: first every column of the window's
         * height is summed, then columns enter on the right and leave on the left. Of one thread.
         */
        private static final class SlidingWindow {
            private final int width;
            private final int radius;
            private final double[] count;
            private final double[] sumV;
            private final double[] sumVv;
            private final double[] sumW;
            private final double[] sumVw;
            private final double[] sumWw;
            /** Over the window, with u counted from the picture's left border. */
            private final PlaneFit inside = new PlaneFit();

            SlidingWindow(int width, int radius) {
                this.width = width;
                this.radius = radius;
                count = new double[width];
                sumV = new double[width];
                sumVv = new double[width];
                sumW = new double[width];
                sumVw = new double[width];
                sumWw = new double[width];
            }

            /**
             * To the start of row {@code v}, one pixel left of the picture.
             *
             * @param inverse inverse depth, row-major, 0 where there is none
             */
            void start(float[] inverse, int height, int v) {
                for (double[] sums : new double[][] {count, sumV, sumVv, sumW, sumVw, sumWw}) {
                    java.util.Arrays.fill(sums, 0);
                }
                for (int y = Math.max(0, v - radius); y <= Math.min(height - 1, v + radius); y++) {
                    int dv = y - v;
                    for (int u = 0; u < width; u++) {
                        double w = inverse[y * width + u];
                        double one = w > 0 ? 1 : 0;
                        count[u] += one;
                        sumV[u] += one * dv;
                        sumVv[u] += one * dv * dv;
                        sumW[u] += w;
                        sumVw[u] += w * dv;
                        sumWw[u] += w * w;
                    }
                }
                inside.clear();
                for (int u = 0; u < Math.min(radius, width); u++) {
                    column(u, 1);
                }
            }

            /**
             * Moves on to pixel {@code u}, the one after that of the last call, and gives {@code fit} the sums around
             * it.
             */
            void moveTo(int u, PlaneFit fit) {
                if (u + radius < width) {
                    column(u + radius, 1);
                }
                if (u - radius - 1 >= 0) {
                    column(u - radius - 1, -1);
                }
                fit.count = inside.count;
                fit.sumU = inside.sumU - u * inside.count;
                fit.sumV = inside.sumV;
                fit.sumUu = inside.sumUu - 2.0 * u * inside.sumU + (double) u * u * inside.count;
                fit.sumUv = inside.sumUv - u * inside.sumV;
                fit.sumVv = inside.sumVv;
                fit.sumW = inside.sumW;
                fit.sumUw = inside.sumUw - u * inside.sumW;
                fit.sumVw = inside.sumVw;
                fit.sumWw = inside.sumWw;
            }

            private void column(int u, int sign) {
                double n = sign * count[u];
                inside.count += n;
                inside.sumU += u * n;
                inside.sumUu += (double) u * u * n;
                inside.sumV += sign * sumV[u];
                inside.sumUv += sign * u * sumV[u];
                inside.sumVv += sign * sumVv[u];
                inside.sumW += sign * sumW[u];
                inside.sumUw += sign * u * sumW[u];
                inside.sumVw += sign * sumVw[u];
                inside.sumWw += sign * sumWw[u];
            }
        }
    }

    /**
     * Least squares for w = slopeU·u + slopeV·v + atCentre, where w is inverse depth and (u, v) are pixels from the
     * centre. Of one thread.
     */
    private static final class PlaneFit {
        double count;
        double sumU;
        double sumV;
        double sumUu;
        double sumUv;
        double sumVv;
        double sumW;
        double sumUw;
        double sumVw;
        double sumWw;

        double slopeU;
        double slopeV;
        double atCentre;

        void clear() {
            count = 0;
            sumU = 0;
            sumV = 0;
            sumUu = 0;
            sumUv = 0;
            sumVv = 0;
            sumW = 0;
            sumUw = 0;
            sumVw = 0;
            sumWw = 0;
        }

        void add(int u, int v, double w) {
            count++;
            sumU += u;
            sumV += v;
            sumUu += u * u;
            sumUv += u * v;
            sumVv += v * v;
            sumW += w;
            sumUw += u * w;
            sumVw += v * w;
            sumWw += w * w;
        }

        /** @return false if there are fewer points than {@code fewest} or they lie on a line */
        boolean solve(int fewest) {
            if (count < fewest) {
                return false;
            }
            double uu = sumUu - sumU * sumU / count;
            double uv = sumUv - sumU * sumV / count;
            double vv = sumVv - sumV * sumV / count;
            double uw = sumUw - sumU * sumW / count;
            double vw = sumVw - sumV * sumW / count;
            double determinant = uu * vv - uv * uv;
            if (!(determinant > count)) {
                return false;
            }
            slopeU = (uw * vv - vw * uv) / determinant;
            slopeV = (vw * uu - uw * uv) / determinant;
            atCentre = (sumW - slopeU * sumU - slopeV * sumV) / count;
            return true;
        }

        /** Root of the mean square of what the plane leaves over. */
        double residual() {
            double squares = sumWw - atCentre * sumW - slopeU * sumUw - slopeV * sumVw;
            return Math.sqrt(Math.max(0, squares) / count);
        }
    }
}
