package dev.understudy.trainer.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Where in a frame each pixel of a crop comes from: the frame is scaled, a window of the crop's size laid on it at
 * random, and that perhaps mirrored. Where the scaled frame is smaller than the window it lies somewhere inside.
 *
 * @param scale of the frame
 * @param left of the window on the scaled frame, may be negative
 * @param top of the window
 */
record CropPlacement(double scale, int left, int top, boolean mirrored) {
    static CropPlacement draw(
            SplittableRandom random, AugmentationConfiguration how, int width, int height, CropSize crop) {
        double scale = how.minScale() + (how.maxScale() - how.minScale()) * random.nextDouble();
        int left = offset(random.nextDouble(), (int) Math.round(width * scale) - crop.width());
        int top = offset(random.nextDouble(), (int) Math.round(height * scale) - crop.height());
        boolean mirrored = random.nextBoolean() && how.mirror();
        return new CropPlacement(scale, left, top, mirrored);
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

    double[] columns(CropSize crop) {
        double[] columns = new double[crop.width()];
        Arrays.setAll(columns, x -> column(x, crop));
        return columns;
    }

    double[] rows(CropSize crop) {
        double[] rows = new double[crop.height()];
        Arrays.setAll(rows, this::row);
        return rows;
    }

    /** For each pixel of the crop the index of the nearest one in a frame of this size, or −1 outside. */
    int[] sources(int frameWidth, int frameHeight, CropSize crop) {
        int[] x = nearest(columns(crop), frameWidth);
        int[] y = nearest(rows(crop), frameHeight);
        int[] sources = new int[crop.area()];
        for (int row = 0, i = 0; row < crop.height(); row++) {
            for (int column = 0; column < crop.width(); column++, i++) {
                sources[i] = x[column] < 0 || y[row] < 0 ? -1 : y[row] * frameWidth + x[column];
            }
        }
        return sources;
    }

    /** Where in the crop a column of the frame is seen, perhaps beside it: the other way round. */
    double cropColumn(double column, CropSize crop) {
        double x = (column + 0.5) * scale - 0.5 - left;
        return mirrored ? crop.width() - 1 - x : x;
    }

    /** Where in the crop a row of the frame is seen, perhaps above or below it. */
    double cropRow(double row) {
        return (row + 0.5) * scale - 0.5 - top;
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
