package dev.understudy.dataset.image;

import java.util.Arrays;

/**
 * From one size of pictures to another. Colours are means over what a new pixel covers, so that fine texture does not
 * turn into noise; all else is taken from the pixel in its middle, because a mean of two classes or depths is neither.
 * Where a picture grows each pixel is repeated. Immutable; safe for several threads.
 */
public final class Shrinking {
    private final int fromWidth;
    private final int fromHeight;
    private final int width;
    private final int height;

    public Shrinking(int fromWidth, int fromHeight, int width, int height) {
        this.fromWidth = fromWidth;
        this.fromHeight = fromHeight;
        this.width = width;
        this.height = height;
    }

    /** Where pixel {@code i} of {@code to} begins among {@code from}. */
    private static int start(int i, int from, int to) {
        return (int) ((long) i * from / to);
    }

    /** The first after the pixel; at least one is covered. */
    private static int end(int i, int from, int to) {
        return Math.max(start(i, from, to) + 1, start(i + 1, from, to));
    }

    /** For each new pixel the index of the old one in its middle. */
    public int[] middles() {
        int[] middles = new int[width * height];
        for (int y = 0, i = 0; y < height; y++) {
            int row = (start(y, fromHeight, height) + end(y, fromHeight, height)) / 2;
            for (int x = 0; x < width; x++, i++) {
                int column = (start(x, fromWidth, width) + end(x, fromWidth, width)) / 2;
                middles[i] = Math.min(row, fromHeight - 1) * fromWidth + Math.min(column, fromWidth - 1);
            }
        }
        return middles;
    }

    public RgbImage picture(RgbImage image) {
        byte[] rgb = new byte[3 * width * height];
        int[] sums = new int[3];
        for (int y = 0, i = 0; y < height; y++) {
            int top = start(y, fromHeight, height);
            int bottom = end(y, fromHeight, height);
            for (int x = 0; x < width; x++, i++) {
                int left = start(x, fromWidth, width);
                int right = end(x, fromWidth, width);
                Arrays.fill(sums, 0);
                for (int row = top; row < bottom; row++) {
                    for (int at = 3 * (row * fromWidth + left); at < 3 * (row * fromWidth + right); at += 3) {
                        sums[0] += image.rgb()[at] & 0xFF;
                        sums[1] += image.rgb()[at + 1] & 0xFF;
                        sums[2] += image.rgb()[at + 2] & 0xFF;
                    }
                }
                int pixels = (bottom - top) * (right - left);
                for (int c = 0; c < 3; c++) {
                    rgb[3 * i + c] = (byte) ((sums[c] + pixels / 2) / pixels);
                }
            }
        }
        return new RgbImage(width, height, rgb);
    }

    public LabelMap labels(LabelMap map, int[] middles) {
        byte[] classes = new byte[middles.length];
        for (int i = 0; i < middles.length; i++) {
            classes[i] = map.classes()[middles[i]];
        }
        return new LabelMap(width, height, classes);
    }

    public DepthMap depth(DepthMap map, int[] middles) {
        return new DepthMap(width, height, take(map.metres(), middles, 1));
    }

    public NormalMap normals(NormalMap map, int[] middles) {
        return new NormalMap(width, height, take(map.xyz(), middles, 3));
    }

    /** Of a map of several numbers a pixel those of the middles. */
    public static float[] take(float[] map, int[] middles, int channels) {
        float[] taken = new float[channels * middles.length];
        for (int i = 0; i < middles.length; i++) {
            System.arraycopy(map, channels * middles[i], taken, channels * i, channels);
        }
        return taken;
    }
}
