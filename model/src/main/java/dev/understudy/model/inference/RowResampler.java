package dev.understudy.model.inference;

import java.util.Arrays;

/**
 * Resizes a feature map one output row at a time, so that the whole never exists. Immutable; each thread brings its own
 * scratch, which remembers the last few source rows, so rows are cheapest in rising order.
 */
final class RowResampler {
    private final FeatureMap map;
    private final int width;
    private final Taps across;
    private final Taps down;

    RowResampler(FeatureMap map, int width, int height, Interpolation interpolation) {
        this.map = map;
        this.width = width;
        MapWindow window = map.window();
        this.across = Taps.of(interpolation, map.width(), window.left(), window.width(), width);
        this.down = Taps.of(interpolation, map.height(), window.top(), window.height(), height);
    }

    /**
     * @param line one source row, channel by channel
     * @param wide source rows at the output's width, channel by channel; row y in place y modulo their number
     * @param held which row each of them is; −1 = none yet
     */
    record Scratch(float[] line, float[][] wide, int[] held) {}

    Scratch newScratch() {
        int[] held = new int[down.perOutput()];
        Arrays.fill(held, -1);
        return new Scratch(
                new float[map.width() * map.channels()], new float[held.length][width * map.channels()], held);
    }

    /** Fills {@code row} with output row {@code y}, channel by channel: channels·width values. */
    void row(int y, Scratch scratch, float[] row) {
        int n = down.perOutput();
        float[][] sources = new float[n][];
        for (int k = 0; k < n; k++) {
            sources[k] = wide(down.index()[y * n + k], scratch);
        }
        float[] weights = Arrays.copyOfRange(down.weight(), y * n, y * n + n);
        if (n == 2) {
            mix(sources[0], sources[1], weights, row);
        } else {
            mix(sources[0], sources[1], sources[2], sources[3], weights, row);
        }
    }

    private float[] wide(int y, Scratch scratch) {
        int place = y % scratch.held().length;
        if (scratch.held()[place] != y) {
            separateChannels(y, scratch.line());
            for (int c = 0; c < map.channels(); c++) {
                widen(scratch.line(), c * map.width(), scratch.wide()[place], c * width);
            }
            scratch.held()[place] = y;
        }
        return scratch.wide()[place];
    }

    private void separateChannels(int y, float[] line) {
        int channels = map.channels();
        float[] values = map.values();
        int start = y * line.length;
        for (int c = 0; c < channels; c++) {
            for (int x = 0; x < map.width(); x++) {
                line[c * map.width() + x] = values[start + x * channels + c];
            }
        }
    }

    private void widen(float[] line, int from, float[] wide, int to) {
        int n = across.perOutput();
        int[] index = across.index();
        float[] weight = across.weight();
        for (int x = 0; x < width; x++) {
            int o = n * (map.mirrored() ? width - 1 - x : x);
            float sum = weight[o] * line[from + index[o]] + weight[o + 1] * line[from + index[o + 1]];
            if (n > 2) {
                sum += weight[o + 2] * line[from + index[o + 2]] + weight[o + 3] * line[from + index[o + 3]];
            }
            wide[to + x] = sum;
        }
    }

    private static void mix(float[] a, float[] b, float[] weights, float[] row) {
        float ofA = weights[0];
        float ofB = weights[1];
        for (int i = 0; i < row.length; i++) {
            row[i] = ofA * a[i] + ofB * b[i];
        }
    }

    private static void mix(float[] a, float[] b, float[] c, float[] d, float[] weights, float[] row) {
        float ofA = weights[0];
        float ofB = weights[1];
        float ofC = weights[2];
        float ofD = weights[3];
        for (int i = 0; i < row.length; i++) {
            row[i] = ofA * a[i] + ofB * b[i] + ofC * c[i] + ofD * d[i];
        }
    }
}
