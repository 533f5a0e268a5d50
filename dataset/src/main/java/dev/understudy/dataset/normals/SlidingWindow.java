package dev.understudy.dataset.normals;

/**
 * The sums of a {@link PlaneFit} over all measured pixels of a square window that moves along one row of pixels, at a cost
 * that grows with the window's side and not with its area: first every column of the window's height is summed, then
 * columns enter on the right and leave on the left. Of one thread.
 */
final class SlidingWindow {
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

    /** Moves on to pixel {@code u}, the one after that of the last call, and gives {@code fit} the sums around it. */
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
