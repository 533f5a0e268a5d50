package dev.understudy.model.inference;

import dev.understudy.model.inference.FeatureMap.MapWindow;
import java.util.Arrays;

/**
 * Resizes a feature map one output row at a time, so that the whole never exists. Immutable; each thread brings its own
 * scratch, which remembers the last few source rows, so rows are cheapest in rising order.
 */
final class RowResampler {
    /** Numbers a column that are mixed at once: enough for vectors to pay, and few enough for the nearest cache. */
    private static final int TOGETHER = 64;

    private static final int MOST_ROWS = 8;
    /** Columns that are widened before they are sorted by channel. */
    private static final int STRIP = 32;

    private final FeatureMap map;
    private final int width;
    /** Source rows that are widened together. */
    private final int block;

    private final Taps across;
    private final Taps down;

    RowResampler(FeatureMap map, int width, int height, Interpolation interpolation) {
        this.map = map;
        this.width = width;
        MapWindow window = map.window();
        this.across = Taps.of(interpolation, map.width(), window.left(), window.width(), width);
        this.down = Taps.of(interpolation, map.height(), window.top(), window.height(), height);
        // Where rows may be passed over none is widened beside another
        this.block = window.height() > height ? 1 : Math.min(Math.max(1, TOGETHER / map.channels()), MOST_ROWS);
    }

    /**
     * @param columns a block of source rows: by column the channels of the first row, of the second one and so on
     * @param strip some columns of such rows at the output's width
     * @param wide source rows at the output's width, by channel; row y in place y modulo their number
     * @param held which row each of them is; −1 = none yet
     */
    record Scratch(float[][] columns, float[][] strip, float[][][] wide, int[] held) {}

    Scratch newScratch() {
        int together = block * map.channels();
        // Whole blocks, so that filling one leaves all but one of the rows that an output needs
        int[] held = new int[block * ((down.perOutput() - 1 + block - 1) / block + 1)];
        Arrays.fill(held, -1);
        return new Scratch(
                new float[map.width()][together],
                new float[STRIP][together],
                new float[held.length][map.channels()][width],
                held);
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
                mix(sources[0][c], sources[1][c], weights[0], weights[1], row[c]);
            } else {
                mix(sources[0][c], sources[1][c], sources[2][c], sources[3][c], weights, row[c]);
            }
        }
    }

    private float[][] wide(int y, Scratch scratch) {
        int place = y % scratch.held().length;
        if (scratch.held()[place] != y) {
            widen(y - y % block, scratch);
        }
        return scratch.wide()[place];
    }

    /** Widens a block of rows from {@code first} on. Channels and rows of a column share their weights. */
    private void widen(int first, Scratch scratch) {
        int rows = Math.min(block, map.height() - first);
        int channels = map.channels();
        for (int row = 0; row < rows; row++) {
            int start = (first + row) * map.width() * channels;
            for (int x = 0; x < map.width(); x++) {
                System.arraycopy(map.values(), start + x * channels, scratch.columns()[x], row * channels, channels);
            }
        }
        for (int x = 0; x < width; x += STRIP) {
            int n = Math.min(STRIP, width - x);
            for (int i = 0; i < n; i++) {
                mix(scratch.columns(), map.mirrored() ? width - 1 - x - i : x + i, scratch.strip()[i]);
            }
            for (int row = 0; row < rows; row++) {
                int place = (first + row) % scratch.held().length;
                separateChannels(scratch.strip(), n, row * channels, scratch.wide()[place], x);
            }
        }
        for (int row = first; row < first + rows; row++) {
            scratch.held()[row % scratch.held().length] = row;
        }
    }

    private static void separateChannels(float[][] strip, int n, int from, float[][] wide, int x) {
        for (int c = 0; c < wide.length; c++) {
            float[] channel = wide[c];
            for (int i = 0; i < n; i++) {
                channel[x + i] = strip[i][from + c];
            }
        }
    }

    private void mix(float[][] columns, int output, float[] mixed) {
        int[] index = across.index();
        float[] weight = across.weight();
        if (across.perOutput() == 2) {
            int o = 2 * output;
            mix(columns[index[o]], columns[index[o + 1]], weight[o], weight[o + 1], mixed);
        } else {
            int o = 4 * output;
            float[] first = columns[index[o]];
            float[] second = columns[index[o + 1]];
            float[] third = columns[index[o + 2]];
            float[] fourth = columns[index[o + 3]];
            float ofFirst = weight[o];
            float ofSecond = weight[o + 1];
            float ofThird = weight[o + 2];
            float ofFourth = weight[o + 3];
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] = ofFirst * first[i] + ofSecond * second[i] + (ofThird * third[i] + ofFourth * fourth[i]);
            }
        }
    }

    private static void mix(float[] first, float[] second, float ofFirst, float ofSecond, float[] mixed) {
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = ofFirst * first[i] + ofSecond * second[i];
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
