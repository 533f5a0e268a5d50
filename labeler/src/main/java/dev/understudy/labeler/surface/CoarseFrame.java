package dev.understudy.labeler.surface;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A frame as surfaces are looked for in it: shrunk by a whole factor if it is large. What is found is then enlarged again, by
 * repetition. Experts answer in blocks of 4×4 pixels or more, so finer surfaces would cut their labels hardly better, and the
 * time goes with the pixels.
 *
 * @param factor pixels of the frame, to the right and downwards, in one of the coarse ones; at the right and lower end fewer
 * @param width of the frame itself
 * @param height of the frame itself
 * @param rgb the means
 * @param depth the middle measurements, of two the nearer; null = no depth
 */
public record CoarseFrame(
        int factor,
        int width,
        int height,
        RgbImage rgb,
        @Nullable DepthMap depth) {
    /** What the other sizes of this package are given for. */
    public static final int LONGEST = 160;

    /** @param longest pixels that the longer side is not to be shrunk below, at least 1 */
    public static CoarseFrame of(Frame frame, int longest) {
        int factor = Math.max(1, Math.max(frame.width(), frame.height()) / longest);
        DepthMap depth = frame.depth();
        return factor == 1
                ? new CoarseFrame(1, frame.width(), frame.height(), frame.rgb(), depth)
                : new CoarseFrame(
                        factor,
                        frame.width(),
                        frame.height(),
                        means(frame.rgb(), factor),
                        depth == null ? null : middles(depth, factor));
    }

    private static RgbImage means(RgbImage image, int factor) {
        int columns = blocks(image.width(), factor);
        int rows = blocks(image.height(), factor);
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
            for (int next = Math.min(at + 3 * factor, end); at < next; at += 3) {
                sums[column] += rgb[at] & 0xFF;
                sums[column + 1] += rgb[at + 1] & 0xFF;
                sums[column + 2] += rgb[at + 2] & 0xFF;
            }
        }
    }

    /** Of a large block some pixels, two to each side, stand for all. */
    private static DepthMap middles(DepthMap depth, int factor) {
        int columns = blocks(depth.width(), factor);
        int rows = blocks(depth.height(), factor);
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

    private static int blocks(int pixels, int factor) {
        return (pixels + factor - 1) / factor;
    }

    /** The same camera for the coarse picture. */
    Intrinsics coarse(Intrinsics camera) {
        return new Intrinsics(
                camera.fx() / factor,
                camera.fy() / factor,
                (camera.cx() + 0.5) / factor - 0.5,
                (camera.cy() + 0.5) / factor - 0.5);
    }

    /** For each coarse pixel the index of the frame's pixel in its middle. */
    public int[] middlePixels() {
        int[] pixels = new int[rgb.width() * rgb.height()];
        for (int i = 0; i < pixels.length; i++) {
            int x = Math.min(i % rgb.width() * factor + factor / 2, width - 1);
            int y = Math.min(i / rgb.width() * factor + factor / 2, height - 1);
            pixels[i] = y * width + x;
        }
        return pixels;
    }

    /** By pixel of the frame what was found by coarse pixel. */
    public int[] enlarged(int[] coarse) {
        int[] full = new int[width * height];
        repeat(full, (from, to, block) -> Arrays.fill(full, from, to, coarse[block]));
        return full;
    }

    /** By pixel of the frame whether it was found in its coarse pixel. */
    public boolean[] enlarged(boolean[] coarse) {
        boolean[] full = new boolean[width * height];
        repeat(full, (from, to, block) -> Arrays.fill(full, from, to, coarse[block]));
        return full;
    }

    /** What one row of a block becomes. */
    private interface BlockRow {
        void fill(int from, int to, int block);
    }

    /** @param full an array by pixel of the frame */
    private void repeat(Object full, BlockRow row) {
        for (int y = 0; y < height; y++) {
            int start = y * width;
            if (y % factor > 0) {
                System.arraycopy(full, start - width, full, start, width);
                continue;
            }
            int block = y / factor * rgb.width();
            for (int x = 0; x < width; x += factor) {
                row.fill(start + x, start + Math.min(x + factor, width), block++);
            }
        }
    }

    /** The same regions of the frame itself. */
    public Regions enlarged(Regions coarse) {
        if (factor == 1) {
            return coarse;
        }
        int[] region = enlarged(coarse.region());
        int[] size = new int[coarse.count()];
        for (int of : region) {
            size[of]++;
        }
        return new Regions(region, size);
    }
}
