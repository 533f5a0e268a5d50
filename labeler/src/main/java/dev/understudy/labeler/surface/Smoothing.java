package dev.understudy.labeler.surface;

import dev.understudy.dataset.image.RgbImage;

/** Small blurs against the noise of instruments. */
final class Smoothing {
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
            for (int i = 0; i < stride; i++) {
                int left = i >= 3 ? i - 3 : i;
                int right = i + 3 < stride ? i + 3 : i;
                mean[here + i] = (byte) ((column[left] + column[i] + column[right] + 4) * NINTH >> 16);
            }
        }
        return mean;
    }
}
