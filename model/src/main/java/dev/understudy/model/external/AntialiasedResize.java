package dev.understudy.model.external;

import java.util.Arrays;

/**
 * Resizing with a triangle that is as wide as an output pixel where the picture shrinks, as Pillow's bilinear filter: every
 * pixel counts, so that fine texture does not turn into noise. Where it grows this is the usual bilinear interpolation.
 */
final class AntialiasedResize {
    private AntialiasedResize() {}

    /** @param hwc values, channels interleaved */
    static float[] resize(float[] hwc, int width, int height, int channels, int toWidth, int toHeight) {
        float[] narrow = new float[toWidth * height * channels];
        Window[] across = windows(width, toWidth);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < toWidth; x++) {
                across[x].add(hwc, y * width * channels, channels, narrow, (y * toWidth + x) * channels, channels);
            }
        }
        float[] resized = new float[toWidth * toHeight * channels];
        Window[] down = windows(height, toHeight);
        int row = toWidth * channels;
        for (int y = 0; y < toHeight; y++) {
            down[y].add(narrow, 0, row, resized, y * row, row);
        }
        return resized;
    }

    private static Window[] windows(int from, int to) {
        double scale = (double) from / to;
        double reach = Math.max(1, scale);
        Window[] windows = new Window[to];
        Arrays.setAll(windows, i -> Window.of((i + 0.5) * scale, reach, from));
        return windows;
    }

    /** Weights of some neighbouring samples, from {@code first} on; they add up to 1. */
    private record Window(int first, float[] weights) {
        static Window of(double centre, double reach, int samples) {
            int first = Math.max(0, (int) (centre - reach + 0.5));
            int end = Math.min(samples, (int) (centre + reach + 0.5));
            double[] weights = new double[end - first];
            Arrays.setAll(weights, k -> Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach));
            double sum = Arrays.stream(weights).sum();
            float[] shares = new float[weights.length];
            for (int k = 0; k < shares.length; k++) {
                shares[k] = (float) (weights[k] / sum);
            }
            return new Window(first, shares);
        }

        /** Adds up {@code length} neighbouring values of samples that lie {@code stride} apart. */
        void add(float[] from, int offset, int stride, float[] to, int at, int length) {
            for (int k = 0; k < weights.length; k++) {
                int source = offset + (first + k) * stride;
                for (int i = 0; i < length; i++) {
                    to[at + i] += weights[k] * from[source + i];
                }
            }
        }
    }
}
