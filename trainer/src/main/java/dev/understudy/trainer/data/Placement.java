package dev.understudy.trainer.data;

import java.util.SplittableRandom;

/**
 * Where in a frame each pixel of a crop comes from: the frame is scaled, a window of the crop's size laid on it at random,
 * and that perhaps mirrored. Where the scaled frame is smaller than the window it lies somewhere inside.
 *
 * @param scale of the frame
 * @param left of the window on the scaled frame, may be negative
 * @param top of the window
 */
record Placement(double scale, int left, int top, boolean mirrored) {
    static Placement draw(
            SplittableRandom random, AugmentationConfiguration how, int width, int height, CropSize crop) {
        double scale = how.minScale() + (how.maxScale() - how.minScale()) * random.nextDouble();
        int left = offset(random.nextDouble(), (int) Math.round(width * scale) - crop.width());
        int top = offset(random.nextDouble(), (int) Math.round(height * scale) - crop.height());
        boolean mirrored = random.nextBoolean() && how.mirror();
        return new Placement(scale, left, top, mirrored);
    }

    /** From 0 to {@code room}, which may be negative, both included. */
    private static int offset(double uniform, int room) {
        int steps = (int) (uniform * (Math.abs(room) + 1));
        return room < 0 ? -steps : steps;
    }

    /** The position in the frame, in pixels, of a crop's column. */
    double column(int x, CropSize crop) {
        return position(left + (mirrored ? crop.width() - 1 - x : x));
    }

    /** The position in the frame, in pixels, of a crop's row. */
    double row(int y) {
        return position(top + y);
    }

    private double position(int scaled) {
        return (scaled + 0.5) / scale - 0.5;
    }

    /** For each of {@code positions} the nearest pixel, or −1 where the frame has none. */
    static int[] nearest(double[] positions, int size) {
        int[] nearest = new int[positions.length];
        for (int i = 0; i < positions.length; i++) {
            int pixel = (int) Math.floor(positions[i] + 0.5);
            nearest[i] = pixel >= 0 && pixel < size ? pixel : -1;
        }
        return nearest;
    }
}
