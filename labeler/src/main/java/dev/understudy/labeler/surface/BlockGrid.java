package dev.understudy.labeler.surface;

import java.util.Arrays;

/**
 * A frame's pixels in square blocks, row by row; those at the right and lower end may be smaller.
 *
 * @param factor pixels to the right and downwards in a block, at least 1
 * @param width of the frame
 * @param height of the frame
 */
public record BlockGrid(int factor, int width, int height) {
    public int columns() {
        return (width + factor - 1) / factor;
    }

    public int rows() {
        return (height + factor - 1) / factor;
    }

    public int blocks() {
        return columns() * rows();
    }

    /** For each block the index of the frame's pixel in its middle. */
    public int[] middlePixels() {
        int[] pixels = new int[blocks()];
        int block = 0;
        for (int upper = 0; upper < height; upper += factor) {
            int row = Math.min(upper + factor / 2, height - 1) * width;
            for (int left = 0; left < width; left += factor) {
                pixels[block++] = row + Math.min(left + factor / 2, width - 1);
            }
        }
        return pixels;
    }

    /** By pixel what was found by block. */
    public int[] enlarged(int[] found) {
        int[] full = new int[width * height];
        repeat(full, (from, to, block) -> Arrays.fill(full, from, to, found[block]));
        return full;
    }

    /** By pixel whether it was found in its block. */
    public boolean[] enlarged(boolean[] found) {
        boolean[] full = new boolean[width * height];
        repeat(full, (from, to, block) -> Arrays.fill(full, from, to, found[block]));
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
            int block = y / factor * columns();
            for (int x = 0; x < width; x += factor) {
                row.fill(start + x, start + Math.min(x + factor, width), block++);
            }
        }
    }

    /** By region of blocks, pixels. */
    public int[] sizes(Regions ofBlocks) {
        int[] size = new int[ofBlocks.count()];
        int block = 0;
        for (int upper = 0; upper < height; upper += factor) {
            int rows = Math.min(factor, height - upper);
            for (int left = 0; left < width; left += factor) {
                size[ofBlocks.region()[block++]] += rows * Math.min(factor, width - left);
            }
        }
        return size;
    }
}
