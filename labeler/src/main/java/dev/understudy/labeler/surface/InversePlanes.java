package dev.understudy.labeler.surface;

import dev.understudy.dataset.image.DepthMap;

/**
 * The plane that the depth shows at each pixel. Planes are fitted in inverse depth, w = 1/z: there a plane of the world
 * is a plane over the picture whatever the camera's intrinsics, and the noise of structured light, which grows with z²,
 * is the same everywhere. Each pixel takes, of the square windows that hold it, the one that fits best (as Kuwahara's
 * filter does), so that the planes on both sides of an edge stay apart.
 *
 * <p>Where nothing was measured the farther of the two nearest measurements in the row stands in, since what a sensor
 * does not see beside an edge is mostly behind it.
 */
final class InversePlanes {
    private final int width;
    private final int height;
    /** Inverse depth of the plane at the pixel, 1/m. */
    final float[] value;
    /** Its change to the right and downwards, 1/m a pixel. */
    final float[] right;

    final float[] down;

    private InversePlanes(int width, int height) {
        this.width = width;
        this.height = height;
        value = new float[width * height];
        right = new float[width * height];
        down = new float[width * height];
    }

    /** @param radius of the windows, pixels; a map that is smaller than a window takes smaller ones */
    static InversePlanes fit(DepthMap depth, int radius) {
        int r = Math.max(0, Math.min(radius, (Math.min(depth.width(), depth.height()) - 1) / 2));
        InversePlanes planes = new InversePlanes(depth.width(), depth.height());
        if (r == 0) {
            System.arraycopy(filled(depth), 0, planes.value, 0, planes.value.length);
        } else {
            planes.fit(new Windows(filled(depth), depth.width(), depth.height(), r), r);
        }
        return planes;
    }

    private static float[] filled(DepthMap depth) {
        int width = depth.width();
        float[] inverse = new float[depth.metres().length];
        for (int y = 0; y < depth.height(); y++) {
            int from = y * width;
            float before = 0;
            for (int x = 0; x < width; x++) {
                float z = depth.metres()[from + x];
                if (z > 0) {
                    before = 1 / z;
                }
                inverse[from + x] = z > 0 ? before : -before;
            }
            // A negative value marks a hole and holds what is to its left; 0 has nothing there
            float after = 0;
            for (int x = width - 1; x >= 0; x--) {
                float w = inverse[from + x];
                if (w > 0) {
                    after = w;
                } else {
                    inverse[from + x] = w == 0 ? after : after == 0 ? -w : Math.min(-w, after);
                }
            }
        }
        return inverse;
    }

    private void fit(Windows windows, int r) {
        float[] errors = windows.error;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int left = windows.column(x - r);
                int middle = windows.column(x);
                int beyond = windows.column(x + r);
                int column = middle;
                int row = windows.row(y);
                float error = 0.5f * errors[row * width + column];
                for (int dy = -r; dy <= r; dy += r) {
                    int other = windows.row(y + dy);
                    int start = other * width;
                    if (errors[start + left] < error) {
                        row = other;
                        column = left;
                        error = errors[start + left];
                    }
                    if (errors[start + middle] < error) {
                        row = other;
                        column = middle;
                        error = errors[start + middle];
                    }
                    if (errors[start + beyond] < error) {
                        row = other;
                        column = beyond;
                        error = errors[start + beyond];
                    }
                }
                int i = y * width + x;
                int best = row * width + column;
                right[i] = windows.right[best];
                down[i] = windows.down[best];
                value[i] = windows.mean[best] + right[i] * (x - column) + down[i] * (y - row);
            }
        }
    }

    /**
     * How far apart the planes of two neighbours are, 1/m: at the neighbours themselves, and by their tilt over {@code
     * reach} pixels.
     */
    float gap(int one, int other, float reach) {
        boolean beside = other == one + 1;
        float step = beside ? right[one] : down[one];
        float back = beside ? right[other] : down[other];
        float there = Math.abs(value[one] + step - value[other]);
        float here = Math.abs(value[other] - back - value[one]);
        float tilt = Math.abs(right[one] - right[other]) + Math.abs(down[one] - down[other]);
        return 0.5f * (there + here) + reach * tilt;
    }

    /** Least-squares planes over all windows that fit into the map, by their centres. */
    private static final class Windows {
        private final int width;
        private final int height;
        private final int r;
        final float[] mean;
        final float[] right;
        final float[] down;
        /** Sum of squared residuals. */
        final float[] error;

        Windows(float[] w, int width, int height, int r) {
            this.width = width;
            this.height = height;
            this.r = r;
            mean = new float[w.length];
            right = new float[w.length];
            down = new float[w.length];
            error = new float[w.length];
            fit(w);
        }

        /** The nearest column in which windows have their centres. */
        int column(int x) {
            return Math.min(Math.max(x, r), width - 1 - r);
        }

        /** The nearest row in which windows have their centres. */
        int row(int y) {
            return Math.min(Math.max(y, r), height - 1 - r);
        }

        /** Column sums slide down, window sums slide right; so the time does not grow with the radius. */
        private void fit(float[] w) {
            double[] sum = new double[width];
            double[] sumY = new double[width];
            double[] squares = new double[width];
            for (int y = 0; y < height; y++) {
                slide(w, y, sum, sumY, squares);
                if (y >= 2 * r) {
                    row(y - r, sum, sumY, squares);
                }
            }
        }

        private void slide(float[] w, int y, double[] sum, double[] sumY, double[] squares) {
            for (int x = 0; x < width; x++) {
                double in = w[y * width + x];
                sum[x] += in;
                sumY[x] += in * y;
                squares[x] += in * in;
                if (y > 2 * r) {
                    double out = w[(y - 2 * r - 1) * width + x];
                    sum[x] -= out;
                    sumY[x] -= out * (y - 2 * r - 1);
                    squares[x] -= out * out;
                }
            }
        }

        private void row(int cy, double[] sum, double[] sumY, double[] squares) {
            int side = 2 * r + 1;
            double n = (double) side * side;
            double variance = n * ((double) side * side - 1) / 12;
            double s = 0;
            double sx = 0;
            double sy = 0;
            double ss = 0;
            for (int x = 0; x < width; x++) {
                s += sum[x];
                sx += sum[x] * x;
                sy += sumY[x];
                ss += squares[x];
                if (x >= side) {
                    s -= sum[x - side];
                    sx -= sum[x - side] * (x - side);
                    sy -= sumY[x - side];
                    ss -= squares[x - side];
                }
                if (x >= 2 * r) {
                    int cx = x - r;
                    int i = cy * width + cx;
                    double gx = (sx - cx * s) / variance;
                    double gy = (sy - cy * s) / variance;
                    mean[i] = (float) (s / n);
                    right[i] = (float) gx;
                    down[i] = (float) gy;
                    error[i] = (float) Math.max(0, ss - s * s / n - (gx * gx + gy * gy) * variance);
                }
            }
        }
    }
}
