package dev.understudy.labeler.surface;

import dev.understudy.dataset.image.LabelMap;

/** Distances in pixels, where a diagonal step counts as one (chessboard distance). */
public final class Distance {
    /** Farther than any pixel. */
    public static final int NEVER = 1 << 20;

    private Distance() {}

    /** To the nearest seed, in two passes; {@link #NEVER} where there is none. */
    public static int[] to(boolean[] seeds, int width, int height) {
        int[] distance = new int[seeds.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                int best = seeds[i] ? 0 : NEVER;
                if (best > 0) {
                    best = x > 0 ? Math.min(best, distance[i - 1] + 1) : best;
                    if (y > 0) {
                        best = Math.min(best, distance[i - width] + 1);
                        best = x > 0 ? Math.min(best, distance[i - width - 1] + 1) : best;
                        best = x + 1 < width ? Math.min(best, distance[i - width + 1] + 1) : best;
                    }
                }
                distance[i] = Math.min(best, NEVER);
            }
        }
        for (int y = height - 1; y >= 0; y--) {
            for (int x = width - 1; x >= 0; x--) {
                int i = y * width + x;
                int best = distance[i];
                best = x + 1 < width ? Math.min(best, distance[i + 1] + 1) : best;
                if (y + 1 < height) {
                    best = Math.min(best, distance[i + width] + 1);
                    best = x > 0 ? Math.min(best, distance[i + width - 1] + 1) : best;
                    best = x + 1 < width ? Math.min(best, distance[i + width + 1] + 1) : best;
                }
                distance[i] = best;
            }
        }
        return distance;
    }

    /** The pixels that touch, left, right, above or below, a pixel of another class; no label is no class. */
    public static boolean[] borders(int width, int height, byte[] classes) {
        boolean[] border = new boolean[classes.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                if (x > 0 && differ(classes[i], classes[i - 1])) {
                    border[i] = true;
                    border[i - 1] = true;
                }
                if (y > 0 && differ(classes[i], classes[i - width])) {
                    border[i] = true;
                    border[i - width] = true;
                }
            }
        }
        return border;
    }

    private static boolean differ(byte one, byte other) {
        return one != other && one != (byte) LabelMap.IGNORE && other != (byte) LabelMap.IGNORE;
    }
}
