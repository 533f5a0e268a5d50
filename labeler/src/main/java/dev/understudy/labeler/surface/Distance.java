package dev.understudy.labeler.surface;

import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;

/** What is near on a picture [H,W]; distances in pixels, where a diagonal step counts as one (chessboard distance). */
public final class Distance {
    /** Farther than any pixel. */
    private static final int NEVER = 1 << 20;

    private Distance() {}

    /** Whether a seed lies at most {@code reach} pixels away; below 0 none does. Looks along rows, then along columns. */
    public static boolean[] within(boolean[] seeds, int width, int height, int reach) {
        boolean[] inRow = new boolean[seeds.length];
        for (int from = 0; from < seeds.length; from += width) {
            alongRow(seeds, inRow, from, width, reach);
        }
        boolean[] near = new boolean[seeds.length];
        int[] above = new int[width];
        int[] below = new int[width];
        Arrays.fill(above, NEVER);
        Arrays.fill(below, NEVER);
        for (int y = 0; y < height; y++) {
            nextRow(inRow, near, y * width, above, reach);
            nextRow(inRow, near, (height - 1 - y) * width, below, reach);
        }
        return near;
    }

    /** Seeds are few, so what they reach is filled in from each of them, no pixel twice. */
    private static void alongRow(boolean[] seeds, boolean[] near, int from, int count, int reach) {
        int end = from + count;
        int done = from;
        for (int i = from; i < end; i++) {
            if (seeds[i]) {
                int last = Math.min(end, i + reach + 1);
                int first = Math.max(done, i - reach);
                if (first < last) {
                    Arrays.fill(near, first, last, true);
                    done = last;
                }
            }
        }
    }

    /** One row further: {@code since} counts, for each column, the rows since the last one that was in a row's reach. */
    private static void nextRow(boolean[] inRow, boolean[] near, int from, int[] since, int reach) {
        for (int x = 0; x < since.length; x++) {
            since[x] = inRow[from + x] ? 0 : since[x] + 1;
            near[from + x] |= since[x] <= reach;
        }
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
