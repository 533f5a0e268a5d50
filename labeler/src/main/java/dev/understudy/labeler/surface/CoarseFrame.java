package dev.understudy.labeler.surface;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A frame as surfaces are looked for in it: shrunk by a whole factor if it is large. What is found is then enlarged
 * again, by repetition. Experts answer in blocks of 4×4 pixels or more, so finer surfaces would cut their labels hardly
 * better, and the time goes with the pixels.
 *
 * @param grid a block of the frame is one of the coarse pixels
 * @param rgb the means
 * @param depth the middle measurements, of two the nearer; null = no depth
 */
public record CoarseFrame(
        BlockGrid grid, RgbImage rgb, @Nullable DepthMap depth) {
    /** What the other sizes of this package are given for. */
    public static final int LONGEST = 160;

    /** @param longest pixels that the longer side is not to be shrunk below, at least 1 */
    public static CoarseFrame of(Frame frame, int longest) {
        int factor = Math.max(1, Math.max(frame.width(), frame.height()) / longest);
        BlockGrid grid = new BlockGrid(factor, frame.width(), frame.height());
        DepthMap depth = frame.depth();
        return factor == 1
                ? new CoarseFrame(grid, frame.rgb(), depth)
                : new CoarseFrame(grid, means(frame.rgb(), grid), depth == null ? null : middles(depth, grid));
    }

    private static RgbImage means(RgbImage image, BlockGrid grid) {
        int factor = grid.factor();
        int columns = grid.columns();
        int rows = grid.rows();
        byte[] coarse = new byte[3 * columns * rows];
        int[] sums = new int[3 * columns];
        for (int row = 0; row < rows; row++) {
            Arrays.fill(sums, 0);
            int end = Math.min(image.height(), (row + 1) * factor);
            for (int y = row * factor; y < end; y++) {
                addRow(image, y, factor, sums);
            }
            for (int column = 0; column < columns; column++) {
                int pixels = (end - row * factor) * Math.min(factor, image.width() - column * factor);
                for (int i = 3 * column; i < 3 * column + 3; i++) {
                    coarse[row * sums.length + i] = (byte) ((sums[i] + pixels / 2) / pixels);
                }
            }
        }
        return new RgbImage(columns, rows, coarse);
    }

    private static void addRow(RgbImage image, int y, int factor, int[] sums) {
        byte[] rgb = image.rgb();
        int at = 3 * y * image.width();
        int end = at + 3 * image.width();
        for (int column = 0; column < sums.length; column += 3) {
            int red = 0;
            int green = 0;
            int blue = 0;
            for (int next = Math.min(at + 3 * factor, end); at < next; at += 3) {
                red += rgb[at] & 0xFF;
                green += rgb[at + 1] & 0xFF;
                blue += rgb[at + 2] & 0xFF;
            }
            sums[column] += red;
            sums[column + 1] += green;
            sums[column + 2] += blue;
        }
    }

    /** Of a large block some pixels, two to each side, stand for all. */
    private static DepthMap middles(DepthMap depth, BlockGrid grid) {
        int factor = grid.factor();
        int columns = grid.columns();
        int rows = grid.rows();
        int step = (factor + 1) / 2;
        float[] coarse = new float[columns * rows];
        float[] rising = new float[4];
        for (int row = 0; row < rows; row++) {
            int lower = Math.min(depth.height(), (row + 1) * factor);
            for (int column = 0; column < columns; column++) {
                int right = Math.min(depth.width(), (column + 1) * factor);
                int count = 0;
                for (int y = row * factor; y < lower; y += step) {
                    for (int x = column * factor; x < right; x += step) {
                        count = insert(rising, count, depth.metres()[y * depth.width() + x]);
                    }
                }
                coarse[row * columns + column] = count == 0 ? 0 : rising[(count - 1) / 2];
            }
        }
        return new DepthMap(columns, rows, coarse);
    }

    private static int insert(float[] rising, int count, float metres) {
        if (!(metres > 0)) {
            return count;
        }
        int at = count;
        while (at > 0 && rising[at - 1] > metres) {
            rising[at] = rising[at - 1];
            at--;
        }
        rising[at] = metres;
        return count + 1;
    }

    /** The same camera for the coarse picture. */
    Intrinsics coarse(Intrinsics camera) {
        return new Intrinsics(
                camera.fx() / grid.factor(),
                camera.fy() / grid.factor(),
                (camera.cx() + 0.5) / grid.factor() - 0.5,
                (camera.cy() + 0.5) / grid.factor() - 0.5);
    }
}
