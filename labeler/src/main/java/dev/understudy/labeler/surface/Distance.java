package dev.understudy.labeler.surface;

import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;

/** What is near on a picture [H,W]; distances in pixels, where a diagonal step counts as one (chessboard distance). */
public final class Distance {
    private Distance() {}

    /**
     * Whether a seed lies at most {@code reach} pixels away; below 0 none does. Seeds are few, so each fills in what it
     * reaches.
     */
    public static boolean[] within(boolean[] seeds, int width, int height, int reach) {
        boolean[] near = new boolean[seeds.length];
        boolean[] inRow = new boolean[width];
        for (int y = 0; y < height; y++) {
            Arrays.fill(inRow, false);
            alongRow(seeds, y * width, reach, inRow);
            int end = 0;
            for (int from = next(inRow, true, 0); from < width; from = next(inRow, true, end)) {
                end = next(inRow, false, from);
                for (int row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row++) {
                    Arrays.fill(near, row * width + from, row * width + end, true);
                }
            }
        }
        return near;
    }

    /** No pixel is filled in twice. */
    private static void alongRow(boolean[] seeds, int start, int reach, boolean[] inRow) {
        int done = 0;
        for (int x = 0; x < inRow.length; x++) {
            if (seeds[start + x]) {
                int last = Math.min(inRow.length, x + reach + 1);
                int first = Math.max(done, x - reach);
                if (first < last) {
                    Arrays.fill(inRow, first, last, true);
                    done = last;
                }
            }
        }
    }

    private static int next(boolean[] row, boolean wanted, int from) {
        int x = from;
        while (x < row.length && row[x] != wanted) {
            x++;
        }
        return x;
    }

    /** The pixels that touch, left, right, above or below, a pixel of another class; no label is no class. */
    public static boolean[] borders(int width, byte[] classes) {
        boolean[] border = new boolean[classes.length];
        for (int from = 0; from < classes.length; from += width) {
            for (int i = from + 1; i < from + width; i++) {
                if (classes[i] != classes[i - 1]) {
                    mark(classes, i, i - 1, border);
                }
            }
            for (int i = Math.max(from, width); i < from + width; i++) {
                if (classes[i] != classes[i - width]) {
                    mark(classes, i, i - width, border);
                }
            }
        }
        return border;
    }

    /** Two that differ meet unless one of them is no class. */
    private static void mark(byte[] classes, int one, int other, boolean[] border) {
        if (classes[one] != (byte) LabelMap.IGNORE && classes[other] != (byte) LabelMap.IGNORE) {
            border[one] = true;
            border[other] = true;
        }
    }
}
