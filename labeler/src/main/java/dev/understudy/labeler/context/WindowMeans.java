package dev.understudy.labeler.context;

/**
 * Means over square windows of a plane, in time that does not grow with the window. Windows shrink at the plane's
 * border.
 */
public final class WindowMeans {
    private WindowMeans() {}

    /**
     * @param plane [rows,columns], finite
     * @param radius windows are 2·radius + 1 wide and high, 0 or more
     * @return a new plane
     */
    public static float[] of(float[] plane, int columns, int rows, int radius) {
        float[] means = new float[plane.length];
        at(plane, columns, rows, radius, new int[plane.length], 0, means);
        return means;
    }

    /**
     * As {@link #of}, where it is wanted.
     *
     * @param places by cell
     * @param place of the cells that a mean is wanted of
     * @param means out; those of other cells stay
     */
    static void at(float[] plane, int columns, int rows, int radius, int[] places, int place, float[] means) {
        double[] sums = new double[columns];
        for (int row = 0; row < Math.min(rows, radius); row++) {
            add(plane, row * columns, sums, 1);
        }
        double[] upTo = new double[columns + 1];
        for (int row = 0; row < rows; row++) {
            if (row + radius < rows) {
                add(plane, (row + radius) * columns, sums, 1);
            }
            if (row - radius > 0) {
                add(plane, (row - radius - 1) * columns, sums, -1);
            }
            int first = row * columns;
            int end = first + columns;
            while (first < end && places[first] != place) {
                first++;
            }
            if (first == end) {
                continue;
            }
            for (int column = 0; column < columns; column++) {
                upTo[column + 1] = upTo[column] + sums[column];
            }
            int high = Math.min(rows - 1, row + radius) - Math.max(0, row - radius) + 1;
            for (int cell = first; cell < end; cell++) {
                if (places[cell] == place) {
                    int column = cell - row * columns;
                    int from = Math.max(0, column - radius);
                    int to = Math.min(columns, column + radius + 1);
                    means[cell] = (float) ((upTo[to] - upTo[from]) / (high * (to - from)));
                }
            }
        }
    }

    private static void add(float[] plane, int from, double[] sums, int sign) {
        for (int column = 0; column < sums.length; column++) {
            sums[column] += sign * plane[from + column];
        }
    }

    /** The standard deviation over the same windows. */
    public static float[] deviation(float[] plane, int columns, int rows, int radius) {
        float[] squares = new float[plane.length];
        for (int i = 0; i < plane.length; i++) {
            squares[i] = plane[i] * plane[i];
        }
        float[] mean = of(plane, columns, rows, radius);
        float[] deviation = of(squares, columns, rows, radius);
        for (int i = 0; i < plane.length; i++) {
            deviation[i] = (float) Math.sqrt(Math.max(0, deviation[i] - (double) mean[i] * mean[i]));
        }
        return deviation;
    }
}
