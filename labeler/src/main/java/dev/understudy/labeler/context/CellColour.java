package dev.understudy.labeler.context;

import dev.understudy.dataset.image.RgbImage;
import java.util.Arrays;

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
        int[] sums = new int[3 * grid.columns()];
        for (int row = 0; row < grid.rows(); row++) {
            Arrays.fill(sums, 0);
            for (int y = row * CellGrid.SIDE; y < grid.below(row); y++) {
                addRow(image, y, sums);
            }
            colour.take(row, sums);
        }
        return colour;
    }

    private static void addRow(RgbImage image, int y, int[] sums) {
        byte[] rgb = image.rgb();
        int at = 3 * y * image.width();
        int end = at + 3 * image.width();
        for (int i = 0; i < sums.length; i += 3) {
            int red = 0;
            int green = 0;
            int blue = 0;
            for (int next = Math.min(at + 3 * CellGrid.SIDE, end); at < next; at += 3) {
                red += rgb[at] & 0xFF;
                green += rgb[at + 1] & 0xFF;
                blue += rgb[at + 2] & 0xFF;
            }
            sums[i] += red;
            sums[i + 1] += green;
            sums[i + 2] += blue;
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
