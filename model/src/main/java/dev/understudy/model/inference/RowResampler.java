package dev.understudy.model.inference;

/**
 * Resizes a feature map one output row at a time, so that the whole never exists. Immutable; each thread brings its own
 * scratch.
 */
final class RowResampler {
    private final FeatureMap map;
    private final int width;
    private final Taps across;
    private final Taps down;

    RowResampler(FeatureMap map, int width, int height, Interpolation interpolation) {
        this.map = map;
        this.width = width;
        this.across = Taps.of(interpolation, map.width(), width);
        this.down = Taps.of(interpolation, map.height(), height);
    }

    /** Room for one row at the map's width. */
    record Scratch(float[] line) {}

    Scratch newScratch() {
        return new Scratch(new float[map.width() * map.channels()]);
    }

    /** Fills {@code row}, width·channels values, channels interleaved, with output row {@code y}. */
    void row(int y, Scratch scratch, float[] row) {
        float[] line = scratch.line();
        combine(map.values(), line.length, down, y, line, 0, line.length);
        int channels = map.channels();
        for (int x = 0; x < width; x++) {
            int source = map.mirrored() ? width - 1 - x : x;
            combine(line, channels, across, source, row, x * channels, channels);
        }
    }

    /** {@code to[at..at+length)} = weighted sum of the slices of {@code from} that start at index·stride. */
    private static void combine(float[] from, int stride, Taps taps, int output, float[] to, int at, int length) {
        int n = taps.perOutput();
        int o = output * n;
        int[] index = taps.index();
        float[] weight = taps.weight();
        int s0 = index[o] * stride;
        int s1 = index[o + 1] * stride;
        float w0 = weight[o];
        float w1 = weight[o + 1];
        if (n == 2) {
            for (int i = 0; i < length; i++) {
                to[at + i] = w0 * from[s0 + i] + w1 * from[s1 + i];
            }
            return;
        }
        int s2 = index[o + 2] * stride;
        int s3 = index[o + 3] * stride;
        float w2 = weight[o + 2];
        float w3 = weight[o + 3];
        for (int i = 0; i < length; i++) {
            to[at + i] = w0 * from[s0 + i] + w1 * from[s1 + i] + w2 * from[s2 + i] + w3 * from[s3 + i];
        }
    }
}
