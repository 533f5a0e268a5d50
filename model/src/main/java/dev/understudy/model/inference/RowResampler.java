package dev.understudy.model.inference;

import dev.understudy.model.inference.FeatureMap.MapWindow;
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
     * @param line one source row, by channel
     * @param wide source rows at the output's width, by channel; row y in place y modulo their number
     * @param held which row each of them is; −1 = none yet
     */
    record Scratch(float[][] line, float[][][] wide, int[] held) {}

    Scratch newScratch() {
        int[] held = new int[down.perOutput()];
        Arrays.fill(held, -1);
        return new Scratch(new float[map.channels()][map.width()], new float[held.length][map.channels()][width], held);
    }

    /** Fills {@code row} with output row {@code y}, by channel, then by pixel. */
    void row(int y, Scratch scratch, float[][] row) {
        int n = down.perOutput();
        float[][][] sources = new float[n][][];
        for (int k = 0; k < n; k++) {
            sources[k] = wide(down.index()[y * n + k], scratch);
        }
        float[] weights = Arrays.copyOfRange(down.weight(), y * n, y * n + n);
        for (int c = 0; c < row.length; c++) {
            if (n == 2) {
                mix(sources[0][c], sources[1][c], weights, row[c]);
            } else {
                mix(sources[0][c], sources[1][c], sources[2][c], sources[3][c], weights, row[c]);
            }
        }
    }

    private float[][] wide(int y, Scratch scratch) {
        int place = y % scratch.held().length;
        float[][] wide = scratch.wide()[place];
        if (scratch.held()[place] != y) {
            separateChannels(y, scratch.line());
            widen(scratch.line(), wide);
            scratch.held()[place] = y;
        }
        return wide;
    }

    private void separateChannels(int y, float[][] line) {
        int channels = map.channels();
        float[] values = map.values();
        int start = y * map.width() * channels;
        for (int c = 0; c < channels; c++) {
            float[] channel = line[c];
            for (int x = 0; x < channel.length; x++) {
                channel[x] = values[start + x * channels + c];
            }
        }
    }

    /** Two channels at once, which share indices and weights. */
    private void widen(float[][] line, float[][] wide) {
        for (int c = 0; c < line.length; c += 2) {
            int next = Math.min(c + 1, line.length - 1);
            if (across.perOutput() == 2) {
                widenByTwo(line[c], line[next], wide[c], wide[next]);
            } else {
                widenByFour(line[c], line[next], wide[c], wide[next]);
            }
        }
    }

    private void widenByTwo(float[] a, float[] b, float[] wideA, float[] wideB) {
        int[] index = across.index();
        float[] weight = across.weight();
        for (int x = 0; x < width; x++) {
            int o = 2 * (map.mirrored() ? width - 1 - x : x);
            int first = index[o];
            int second = index[o + 1];
            float ofFirst = weight[o];
            float ofSecond = weight[o + 1];
            wideA[x] = ofFirst * a[first] + ofSecond * a[second];
            wideB[x] = ofFirst * b[first] + ofSecond * b[second];
        }
    }

    private void widenByFour(float[] a, float[] b, float[] wideA, float[] wideB) {
        int[] index = across.index();
        float[] weight = across.weight();
        for (int x = 0; x < width; x++) {
            int o = 4 * (map.mirrored() ? width - 1 - x : x);
            int first = index[o];
            int second = index[o + 1];
            int third = index[o + 2];
            int fourth = index[o + 3];
            float ofFirst = weight[o];
            float ofSecond = weight[o + 1];
            float ofThird = weight[o + 2];
            float ofFourth = weight[o + 3];
            wideA[x] = ofFirst * a[first] + ofSecond * a[second] + (ofThird * a[third] + ofFourth * a[fourth]);
            wideB[x] = ofFirst * b[first] + ofSecond * b[second] + (ofThird * b[third] + ofFourth * b[fourth]);
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

    /**
     * Which samples make each output position along one axis, and by what weights. With n taps, entries {@code n·i} to
     * {@code n·i + n − 1} belong to output i.
     */
    private record Taps(int perOutput, int[] index, float[] weight) {
        static Taps of(Interpolation interpolation, int from, int to) {
            return of(interpolation, from, 0, from, to);
        }

        /**
         * Of a part of the input: what lies beside it is never sampled.
         *
         * @param start of the part, in samples; it may lie before the first
         * @param extent of the part; it may end behind the last
         */
        static Taps of(Interpolation interpolation, int from, double start, double extent, int to) {
            int n = interpolation.taps();
            int first = (int) Math.min(Math.max(Math.floor(start), 0), from - 1);
            int last = (int) Math.min(Math.max(Math.ceil(start + extent) - 1, first), from - 1);
            int[] index = new int[n * to];
            float[] weight = new float[n * to];
            double scale = extent / to;
            for (int i = 0; i < to; i++) {
                double position = start + ((i + 0.5) * scale - 0.5);
                if (interpolation == Interpolation.BILINEAR) {
                    position = Math.max(position, first);
                }
                int before = (int) Math.floor(position);
                interpolation.weigh(position - before, weight, n * i);
                for (int k = 0; k < n; k++) {
                    index[n * i + k] = Math.min(Math.max(before + k - (n / 2 - 1), first), last);
                }
            }
            return new Taps(n, index, weight);
        }
    }
}
