package dev.understudy.labeler.context;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.labeler.surface.TiltHeight.Gravity;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;
import org.hipparchus.stat.descriptive.rank.Percentile;

/**
 * What a frame's depth says of each cell, by itself: neither pose nor normals are needed. Up is what the surfaces in
 * sight are most nearly square or parallel to ({@link Gravity}), and the floor is the lowest hundredth of what was
 * measured. A cell without a measurement takes the farther of the two nearest in its row, as what a sensor does not see
 * beside an edge is mostly behind it; a row without any takes the row nearest to it. A frame without a measurement has
 * 0 everywhere.
 *
 * @param measured whether the frame has any depth at all
 * @param depth metres, at least {@value #NEAREST}: the mean of what was measured in the cell
 * @param height metres over the lowest surface in sight
 * @param facing cosine between up and the surface's normal, −1 to 1; 1 is a floor
 * @param residual how far the surroundings, 7×7 cells, are from one plane: deviation of inverse depth times the depth
 * @param step change of depth to the next cell over the depth, the larger of the two directions
 * @param pitch how far the camera looks down, the cosine between its axis and down, −1 to 1
 */
@RecordBuilder
public record CellGeometry(
        CellGrid grid,
        boolean measured,
        float[] depth,
        float[] height,
        float[] facing,
        float[] residual,
        float[] step,
        float pitch)
        implements CellGeometryBuilder.With {
    private static final float NEAREST = 0.3f;
    private static final int PLANE_RADIUS = 3;
    /** Focal lengths over width and height where a frame does not say: a structured-light sensor's. */
    private static final double USUAL_FX = 0.811;

    private static final double USUAL_FY = 1.082;
    /** A residual at which a normal counts half. */
    private static final double ROUGH = 0.02;

    private static final double LOWEST_SHARE = 0.01;
    /** A camera that looks down a little. */
    private static final double[] PRIOR_UP = {0, -1, -0.2};

    private static final double[] WITHIN_DEGREES = {45, 45, 45, 45, 45, 20, 20, 20, 20, 20};

    /**
     * The camera of a frame that names none: that of a structured-light sensor, looking through the picture's middle.
     */
    public static Intrinsics camera(Frame frame) {
        Intrinsics known = frame.record().intrinsics();
        return known != null
                ? known
                : new Intrinsics(
                        USUAL_FX * frame.width(),
                        USUAL_FY * frame.height(),
                        (frame.width() - 1) / 2.0,
                        (frame.height() - 1) / 2.0);
    }

    public static CellGeometry of(Frame frame) {
        CellGrid grid = new CellGrid(frame.width(), frame.height());
        DepthMap map = frame.depth();
        float[] depth = map == null ? new float[grid.cells()] : means(map, grid);
        boolean[] seen = new boolean[depth.length];
        int count = 0;
        for (int cell = 0; cell < depth.length; cell++) {
            seen[cell] = depth[cell] > 0;
            count += seen[cell] ? 1 : 0;
        }
        if (count == 0) {
            float[] none = new float[grid.cells()];
            return CellGeometryBuilder.builder()
                    .grid(grid)
                    .measured(false)
                    .depth(none)
                    .height(none)
                    .facing(none)
                    .residual(none)
                    .step(none)
                    .build();
        }
        fill(depth, grid);
        return of(grid, depth, seen, camera(frame));
    }

    /** 0 where nothing was measured. */
    private static float[] means(DepthMap map, CellGrid grid) {
        float[] all = map.metres();
        float[] depth = new float[grid.cells()];
        float[] sums = new float[grid.columns()];
        int[] counts = new int[grid.columns()];
        for (int row = 0; row < grid.rows(); row++) {
            Arrays.fill(sums, 0);
            Arrays.fill(counts, 0);
            for (int y = row * CellGrid.SIDE; y < grid.below(row); y++) {
                for (int column = 0; column < sums.length; column++) {
                    int end = y * map.width() + grid.right(column);
                    float sum = sums[column];
                    int count = counts[column];
                    for (int i = y * map.width() + column * CellGrid.SIDE; i < end; i++) {
                        float metres = all[i];
                        if (metres > 0 && metres < Float.POSITIVE_INFINITY) {
                            sum += metres;
                            count++;
                        }
                    }
                    sums[column] = sum;
                    counts[column] = count;
                }
            }
            for (int column = 0; column < sums.length; column++) {
                depth[row * sums.length + column] =
                        counts[column] == 0 ? 0 : Math.max(NEAREST, sums[column] / counts[column]);
            }
        }
        return depth;
    }

    private static void fill(float[] depth, CellGrid grid) {
        int columns = grid.columns();
        int[] filled = new int[grid.rows()];
        int count = 0;
        for (int row = 0; row < grid.rows(); row++) {
            if (fillRow(depth, row * columns, columns)) {
                filled[count++] = row;
            }
        }
        for (int row = 0, next = 0; row < grid.rows(); row++) {
            // The nearest row with something in it; of two the upper
            while (next + 1 < count && Math.abs(filled[next + 1] - row) < Math.abs(filled[next] - row)) {
                next++;
            }
            if (filled[next] != row) {
                System.arraycopy(depth, filled[next] * columns, depth, row * columns, columns);
            }
        }
    }

    private static boolean fillRow(float[] depth, int from, int columns) {
        float[] left = new float[columns];
        float before = 0;
        for (int i = 0; i < columns; i++) {
            before = depth[from + i] > 0 ? depth[from + i] : before;
            left[i] = before;
        }
        float after = 0;
        for (int i = columns - 1; i >= 0; i--) {
            if (depth[from + i] > 0) {
                after = depth[from + i];
            } else {
                depth[from + i] = Math.max(left[i], after);
            }
        }
        return before > 0;
    }

    private static CellGeometry of(CellGrid grid, float[] depth, boolean[] seen, Intrinsics camera) {
        int columns = grid.columns();
        double[] rayX = new double[columns];
        double[] rayY = new double[grid.rows()];
        for (int column = 0; column < columns; column++) {
            rayX[column] = (grid.middleX(column) - camera.cx()) / camera.fx();
        }
        for (int row = 0; row < rayY.length; row++) {
            rayY[row] = (grid.middleY(row) - camera.cy()) / camera.fy();
        }
        CellPlanes planes = CellPlanes.fit(depth, rayX, rayY, PLANE_RADIUS);
        double[] up = Gravity.up(planes.normals(), weights(planes.residual()), PRIOR_UP, WITHIN_DEGREES);
        float[] height = new float[depth.length];
        float[] facing = new float[depth.length];
        float[] normals = planes.normals();
        for (int cell = 0; cell < depth.length; cell++) {
            double x = rayX[cell % columns] * depth[cell];
            double y = rayY[cell / columns] * depth[cell];
            height[cell] = (float) (x * up[0] + y * up[1] + depth[cell] * up[2]);
            facing[cell] =
                    (float) (normals[3 * cell] * up[0] + normals[3 * cell + 1] * up[1] + normals[3 * cell + 2] * up[2]);
        }
        float lowest = lowest(height, seen);
        for (int cell = 0; cell < depth.length; cell++) {
            height[cell] -= lowest;
        }
        return CellGeometryBuilder.builder()
                .grid(grid)
                .measured(true)
                .depth(depth)
                .height(height)
                .facing(facing)
                .residual(planes.residual())
                .step(steps(grid, depth))
                .pitch((float) -up[2])
                .build();
    }

    private static float[] weights(float[] residual) {
        float[] weights = new float[residual.length];
        for (int cell = 0; cell < weights.length; cell++) {
            weights[cell] = (float) (1 / (1 + residual[cell] * residual[cell] / (ROUGH * ROUGH)));
        }
        return weights;
    }

    private static float lowest(float[] height, boolean[] seen) {
        float[] measured = new float[height.length];
        int count = 0;
        for (int cell = 0; cell < height.length; cell++) {
            if (seen[cell]) {
                measured[count++] = height[cell];
            }
        }
        return percentiles(Arrays.copyOf(measured, count), LOWEST_SHARE)[0];
    }

    /** Between two values in proportion. @param shares 0 to 1, not 0 itself */
    static float[] percentiles(float[] values, double... shares) {
        double[] all = new double[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = values[i];
        }
        Percentile percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
        // Remembers what it has sorted so far
        percentile.setData(all);
        float[] found = new float[shares.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = (float) percentile.evaluate(100 * shares[i]);
        }
        return found;
    }

    private static float[] steps(CellGrid grid, float[] depth) {
        float[] steps = new float[depth.length];
        int columns = grid.columns();
        for (int row = 0; row < grid.rows(); row++) {
            for (int column = 0; column < columns; column++) {
                int cell = row * columns + column;
                float across = slope(depth, cell, column, columns, 1);
                float down = slope(depth, cell, row, grid.rows(), columns);
                steps[cell] = Math.max(Math.abs(across), Math.abs(down)) / depth[cell];
            }
        }
        return steps;
    }

    /** Half the difference of the two neighbours; at the border the difference to the one that there is. */
    private static float slope(float[] depth, int cell, int place, int places, int stride) {
        int before = place > 0 ? cell - stride : cell;
        int after = place + 1 < places ? cell + stride : cell;
        int apart = (after - before) / stride;
        return apart == 0 ? 0 : (depth[after] - depth[before]) / apart;
    }

    /**
     * Least-squares planes in inverse depth over windows of cells. A plane of the world is linear there, 1/z = a·x/z +
     * b·y/z + c with the normal (a, b, c); as the rays x/z depend on the column and y/z on the row alone, the two
     * slopes of a window are independent of each other.
     *
     * @param normals towards the camera, unit vectors, x right, y down, z forward; three numbers a cell
     * @param residual the deviation of the windows' inverse depths from the plane times the cell's depth
     */
    private record CellPlanes(float[] normals, float[] residual) {
        /** @param depth above 0 everywhere */
        static CellPlanes fit(float[] depth, double[] rayX, double[] rayY, int radius) {
            int columns = rayX.length;
            int rows = rayY.length;
            float[] inverse = new float[depth.length];
            float[] across = new float[depth.length];
            float[] down = new float[depth.length];
            for (int cell = 0; cell < depth.length; cell++) {
                inverse[cell] = 1 / depth[cell];
                across[cell] = (float) (rayX[cell % columns] * inverse[cell]);
                down[cell] = (float) (rayY[cell / columns] * inverse[cell]);
            }
            Spread x = Spread.of(rayX, radius);
            Spread y = Spread.of(rayY, radius);
            float[] mean = WindowMeans.of(inverse, columns, rows, radius);
            float[] deviation = WindowMeans.deviation(inverse, columns, rows, radius);
            float[] meanAcross = WindowMeans.of(across, columns, rows, radius);
            float[] meanDown = WindowMeans.of(down, columns, rows, radius);
            CellPlanes planes = new CellPlanes(new float[3 * depth.length], new float[depth.length]);
            for (int cell = 0; cell < depth.length; cell++) {
                int column = cell % columns;
                int row = cell / columns;
                double withX = meanAcross[cell] - x.mean[column] * mean[cell];
                double withY = meanDown[cell] - y.mean[row] * mean[cell];
                double a = x.variance[column] > 0 ? withX / x.variance[column] : 0;
                double b = y.variance[row] > 0 ? withY / y.variance[row] : 0;
                double c = mean[cell] - a * x.mean[column] - b * y.mean[row];
                double length = Math.max(Math.sqrt(a * a + b * b + c * c), 1e-12);
                planes.normals[3 * cell] = (float) (-a / length);
                planes.normals[3 * cell + 1] = (float) (-b / length);
                planes.normals[3 * cell + 2] = (float) (-c / length);
                double left = (double) deviation[cell] * deviation[cell] - a * withX - b * withY;
                planes.residual[cell] = (float) (Math.sqrt(Math.max(0, left)) * depth[cell]);
            }
            return planes;
        }

        /** Mean and variance of the rays over each window. */
        private record Spread(double[] mean, double[] variance) {
            static Spread of(double[] rays, int radius) {
                Spread spread = new Spread(new double[rays.length], new double[rays.length]);
                for (int i = 0; i < rays.length; i++) {
                    int from = Math.max(0, i - radius);
                    int to = Math.min(rays.length, i + radius + 1);
                    double sum = 0;
                    for (int j = from; j < to; j++) {
                        sum += rays[j];
                    }
                    double mean = sum / (to - from);
                    double squares = 0;
                    for (int j = from; j < to; j++) {
                        squares += (rays[j] - mean) * (rays[j] - mean);
                    }
                    spread.mean[i] = mean;
                    spread.variance[i] = squares / (to - from);
                }
                return spread;
            }
        }
    }
}
