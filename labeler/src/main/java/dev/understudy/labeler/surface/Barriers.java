package dev.understudy.labeler.surface;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * How hard it is to step from a pixel to the next one: 0 inside a surface of one colour; 1 across an edge of depth, of
 * normals or of colour that just deserves the name; more across stronger ones. Steps that the instruments' noise
 * explains count as none. Without depth colour alone says so.
 *
 * @param right by pixel, to the one on its right; 0 in the last column
 * @param down by pixel, to the one below; 0 in the last row
 */
public record Barriers(int width, int height, float[] right, float[] down) {
    /** A step in 8-bit RGB that noise makes after a 3×3 mean. */
    private static final float COLOUR_NOISE = 10;

    /**
     * A step in inverse depth that the noise of structured light makes, 1/m; its deviation is 0.0014 (Khoshelham 2012).
     */
    private static final float DEPTH_NOISE = 0.003f;

    /**
     * @param depth relative step in depth that makes a barrier of 1; 0 = ignore depth
     * @param colour step in 8-bit RGB (Euclidean, after a 3×3 mean) that makes a barrier of 1; 0 = ignore colour
     */
    public static Barriers of(CoarseFrame frame, double depth, double colour) {
        return of(frame.rgb(), depth > 0 ? frame.depth() : null, (float) depth, (float) colour);
    }

    private static Barriers of(RgbImage rgb, @Nullable DepthMap measured, float depth, float colour) {
        int width = rgb.width();
        int height = rgb.height();
        float[] right = new float[width * height];
        float[] down = new float[width * height];
        if (colour > 0) {
            addColour(rgb, colour, right, down);
        }
        if (measured != null) {
            addDepth(measured, depth, right, down);
        }
        return new Barriers(width, height, right, down);
    }

    private static void addColour(RgbImage rgb, float one, float[] right, float[] down) {
        int width = rgb.width();
        byte[] smooth = Smoothing.mean3(rgb);
        for (int y = 0; y < rgb.height(); y++) {
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                if (x + 1 < width) {
                    right[i] += aboveNoise(smooth, 3 * i, 3 * (i + 1)) / one;
                }
                if (y + 1 < rgb.height()) {
                    down[i] += aboveNoise(smooth, 3 * i, 3 * (i + width)) / one;
                }
            }
        }
    }

    private static float above(float step, float noise) {
        return Math.max(0, step - noise);
    }

    /** The Euclidean step between two colours less what noise makes; most need no root to be seen to be nothing. */
    private static float aboveNoise(byte[] rgb, int one, int other) {
        int r = (rgb[one] & 0xFF) - (rgb[other] & 0xFF);
        int g = (rgb[one + 1] & 0xFF) - (rgb[other + 1] & 0xFF);
        int b = (rgb[one + 2] & 0xFF) - (rgb[other + 2] & 0xFF);
        int squared = r * r + g * g + b * b;
        return squared <= COLOUR_NOISE * COLOUR_NOISE ? 0 : above((float) Math.sqrt(squared), COLOUR_NOISE);
    }

    private static void addDepth(DepthMap depth, float one, float[] right, float[] down) {
        int width = depth.width();
        int radius = Math.max(2, Math.round(width / 160f));
        InversePlanes planes = InversePlanes.fit(depth, radius);
        for (int y = 0; y < depth.height(); y++) {
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                float unit = one * planes.value[i] + DEPTH_NOISE;
                if (x + 1 < width) {
                    right[i] += above(planes.gap(i, i + 1, radius), DEPTH_NOISE) / unit;
                }
                if (y + 1 < depth.height()) {
                    down[i] += above(planes.gap(i, i + width, radius), DEPTH_NOISE) / unit;
                }
            }
        }
    }

    /** The pixels that have a barrier of at least {@code least} to a neighbour. */
    public boolean[] at(double least) {
        boolean[] seeds = new boolean[width * height];
        for (int i = 0; i < seeds.length; i++) {
            if (right[i] >= least) {
                seeds[i] = true;
                seeds[i + 1] = true;
            }
            if (down[i] >= least) {
                seeds[i] = true;
                seeds[i + width] = true;
            }
        }
        return seeds;
    }

    /** Small blurs against the noise of instruments. */
    static final class Smoothing {
        /** A multiplication that is a division by nine of all sums of nine bytes, and a fraction of its time. */
        static final int NINTH = 7282;

        private Smoothing() {}

        /** The mean over 3×3 pixels, borders repeated; [H,W,3]. */
        static byte[] mean3(RgbImage image) {
            int width = image.width();
            int height = image.height();
            byte[] rgb = image.rgb();
            int stride = 3 * width;
            int[] column = new int[stride];
            byte[] mean = new byte[rgb.length];
            for (int y = 0; y < height; y++) {
                int above = Math.max(y - 1, 0) * stride;
                int here = y * stride;
                int below = Math.min(y + 1, height - 1) * stride;
                for (int i = 0; i < stride; i++) {
                    column[i] = (rgb[above + i] & 0xFF) + (rgb[here + i] & 0xFF) + (rgb[below + i] & 0xFF);
                }
                for (int i = 0; i < Math.min(3, stride); i++) {
                    mean[here + i] = mean(column[i], column[i], column[Math.min(i + 3, stride - 3 + i)]);
                }
                for (int i = 3; i < stride - 3; i++) {
                    mean[here + i] = mean(column[i - 3], column[i], column[i + 3]);
                }
                for (int i = Math.max(3, stride - 3); i < stride; i++) {
                    mean[here + i] = mean(column[i - 3], column[i], column[i]);
                }
            }
            return mean;
        }

        private static byte mean(int left, int middle, int right) {
            return (byte) ((left + middle + right + 4) * NINTH >> 16);
        }
    }
}
