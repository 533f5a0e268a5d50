package dev.understudy.labeler.context;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.labeler.surface.CoarseFrame;
import java.util.Arrays;
import java.util.List;

/**
 * What picture and depth say of each cell, {@value #COUNT} finite numbers. In a frame without depth those of the
 * geometry are 0 throughout and {@link #measured} is false.
 *
 * @param geometry what the depth says
 * @param colour what the picture says
 * @param planes by feature, in the order of {@link #NAMES}, a number a cell
 */
public record CellFeatures(CellGeometry geometry, CellColour colour, float[][] planes) {
    public static final int COUNT = 24;

    /** What the planes hold; lengths in metres, windows in cells. */
    public static final List<String> NAMES = List.of(
            "depth",
            "height",
            "facing",
            "log residual",
            "log step",
            "relative height",
            "pitch",
            "relative depth",
            "depth 9x9 less own",
            "height 9x9 less own",
            "facing 9x9 less own",
            "height squared",
            "upright",
            "luminance 7x7",
            "red 7x7",
            "blue 7x7",
            "texture 7x7",
            "y",
            "x from middle",
            "image luminance",
            "image red",
            "image blue",
            "image median depth",
            "image height");

    private static final int NEAR = 4;
    private static final int COLOUR = 3;
    /** Below it a room counts as flat: heights are then not blown up to the whole range. */
    private static final float LEAST_TOP = 0.5f;

    /** A pure function of picture, depth and intrinsics; about two milliseconds for 640×480. */
    public static CellFeatures of(Frame frame) {
        CellGeometry geometry = CellGeometry.of(frame);
        CellColour colour = CellColour.of(frame.rgb());
        CellFeatures features = new CellFeatures(geometry, colour, new float[COUNT][]);
        features.fillGeometry();
        features.fillColour();
        features.fillPlaces();
        return features;
    }

    public CellGrid grid() {
        return geometry.grid();
    }

    /** Whether the frame has any depth. */
    public boolean measured() {
        return geometry.measured();
    }

    private void fillGeometry() {
        float[] depth = geometry.depth();
        float[] height = geometry.height();
        int cells = depth.length;
        planes[0] = depth;
        planes[1] = height;
        planes[2] = geometry.facing();
        float[] depths = CellGeometry.percentiles(depth, 0.5, 0.95);
        float[] heights = CellGeometry.percentiles(height, 0.98, 0.99);
        float far = depths[1];
        float top = Math.max(LEAST_TOP, heights[1]);
        for (int feature = 3; feature < 8; feature++) {
            planes[feature] = new float[cells];
        }
        boolean measured = measured();
        for (int cell = 0; cell < cells && measured; cell++) {
            planes[3][cell] = (float) Math.log(geometry.residual()[cell] + 0.003);
            planes[4][cell] = (float) Math.log(geometry.step()[cell] + 0.01);
            planes[5][cell] = height[cell] / top;
            planes[6][cell] = geometry.pitch();
            planes[7][cell] = depth[cell] / far;
        }
        for (int i = 0; i < 3; i++) {
            planes[8 + i] = WindowMeans.of(planes[i], grid().columns(), grid().rows(), NEAR);
        }
        planes[11] = new float[cells];
        planes[12] = new float[cells];
        for (int cell = 0; cell < cells; cell++) {
            planes[8][cell] -= depth[cell];
            planes[9][cell] -= height[cell];
            planes[10][cell] -= planes[2][cell];
            planes[11][cell] = height[cell] * height[cell];
            planes[12][cell] = Math.abs(planes[2][cell]);
        }
        planes[22] = constant(depths[0]);
        planes[23] = constant(heights[0]);
    }

    private void fillColour() {
        int columns = grid().columns();
        int rows = grid().rows();
        planes[13] = WindowMeans.of(colour.luminance(), columns, rows, COLOUR);
        planes[14] = WindowMeans.of(colour.red(), columns, rows, COLOUR);
        planes[15] = WindowMeans.of(colour.blue(), columns, rows, COLOUR);
        planes[16] = WindowMeans.deviation(colour.luminance(), columns, rows, COLOUR);
        planes[19] = constant(mean(colour.luminance()));
        planes[20] = constant(mean(colour.red()));
        planes[21] = constant(mean(colour.blue()));
    }

    private void fillPlaces() {
        int columns = grid().columns();
        planes[17] = new float[grid().cells()];
        planes[18] = new float[grid().cells()];
        for (int cell = 0; cell < planes[17].length; cell++) {
            planes[17][cell] = (float) (cell / columns) / grid().rows();
            planes[18][cell] = Math.abs((float) (cell % columns) / columns - 0.5f);
        }
    }

    private float[] constant(float value) {
        float[] plane = new float[grid().cells()];
        Arrays.fill(plane, value);
        return plane;
    }

    private static float mean(float[] plane) {
        double sum = 0;
        for (float value : plane) {
            sum += value;
        }
        return (float) (sum / plane.length);
    }

    /**
     * The colours of a frame, means over each cell.
     *
     * @param luminance mean of red, green and blue, 0–1
     * @param red less the luminance, −1 to 1
     * @param blue likewise
     */
    public record CellColour(CellGrid grid, float[] luminance, float[] red, float[] blue) {
        public static CellColour of(RgbImage image) {
            CellGrid grid = new CellGrid(image.width(), image.height());
            CellColour colour =
                    new CellColour(grid, new float[grid.cells()], new float[grid.cells()], new float[grid.cells()]);
            int stride = 3 * image.width();
            int[] ofColumns = new int[stride];
            int[] sums = new int[3 * grid.columns()];
            for (int row = 0; row < grid.rows(); row++) {
                Arrays.fill(ofColumns, 0);
                CoarseFrame.addRows(image.rgb(), row * CellGrid.SIDE * stride, grid.below(row) * stride, ofColumns);
                addColumns(ofColumns, sums);
                colour.take(row, sums);
            }
            return colour;
        }

        private static void addColumns(int[] ofColumns, int[] sums) {
            int at = 0;
            for (int i = 0; i < sums.length; i += 3) {
                int red = 0;
                int green = 0;
                int blue = 0;
                for (int next = Math.min(at + 3 * CellGrid.SIDE, ofColumns.length); at < next; at += 3) {
                    red += ofColumns[at];
                    green += ofColumns[at + 1];
                    blue += ofColumns[at + 2];
                }
                sums[i] = red;
                sums[i + 1] = green;
                sums[i + 2] = blue;
            }
        }

        private void take(int row, int[] sums) {
            int high = grid.below(row) - row * CellGrid.SIDE;
            for (int column = 0; column < grid.columns(); column++) {
                float scale = 255f * high * (grid.right(column) - column * CellGrid.SIDE);
                float r = sums[3 * column] / scale;
                float g = sums[3 * column + 1] / scale;
                float b = sums[3 * column + 2] / scale;
                int cell = row * grid.columns() + column;
                luminance[cell] = (r + g + b) / 3;
                red[cell] = r - luminance[cell];
                blue[cell] = b - luminance[cell];
            }
        }
    }
}
