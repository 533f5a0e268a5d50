package dev.understudy.model.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;

/**
 * A raw output of a network for one view of one picture, detached from the engine.
 *
 * @param values {@code height·width·channels} floats, row-major, channels interleaved (HWC); not to be changed
 * @param mirrored the network saw the picture mirrored left to right; whoever resizes the map turns it back
 * @param window where the picture, mirrored if it was, lies in the map
 */
public record FeatureMap(int width, int height, int channels, float[] values, boolean mirrored, MapWindow window) {
    /** Bicubic weights add up to less than 3 in size. */
    private static final float LARGEST = Float.MAX_VALUE / 4;

    public FeatureMap {
        if (width < 1 || height < 1 || channels < 1 || values.length != (long) width * height * channels) {
            throw new IllegalArgumentException(values.length + " values for " + width + "×" + height + "×" + channels);
        }
    }

    /** A map of the whole picture and nothing else. */
    public FeatureMap(int width, int height, int channels, float[] values, boolean mirrored) {
        this(width, height, channels, values, mirrored, MapWindow.whole(width, height));
    }

    /** Copies one picture of a batch. */
    public static FeatureMap of(NDArray outputNchw, int batchIndex, boolean mirrored) {
        Shape shape = outputNchw.getShape();
        try (NDArray one = outputNchw.get(batchIndex);
                NDArray hwc = one.transpose(1, 2, 0)) {
            return new FeatureMap(
                    (int) shape.get(3), (int) shape.get(2), (int) shape.get(1), hwc.toFloatArray(), mirrored);
        }
    }

    /** Whether every value is a number, and so far from the largest that none becomes infinite by interpolation. */
    public boolean isFinite() {
        for (float value : values) {
            if (!(Math.abs(value) <= LARGEST)) {
                return false;
            }
        }
        return true;
    }

    /** Only the channels of a slice. @throws ConfigurationException if there are fewer */
    FeatureMap only(ClassSlice slice) {
        if (slice.from() >= channels || slice.to() > channels && slice.to() != ClassSlice.ALL.to()) {
            throw new ConfigurationException("classes " + slice.from() + " to " + slice.to()
                    + " (exclusive), but the network has " + channels + " classes");
        }
        int kept = Math.min(slice.to(), channels) - slice.from();
        if (kept == channels) {
            return this;
        }
        float[] some = new float[width * height * kept];
        for (int i = 0; i < width * height; i++) {
            System.arraycopy(values, i * channels + slice.from(), some, i * kept, kept);
        }
        return new FeatureMap(width, height, kept, some, mirrored, window);
    }

    /** First of {@code pixels} columns of the whole picture that this map shows. */
    public int firstColumn(int pixels) {
        return mirrored ? pixels - window.endColumn(width, pixels) : window.firstColumn(width, pixels);
    }

    /** One past the last of them. */
    public int endColumn(int pixels) {
        return mirrored ? pixels - window.firstColumn(width, pixels) : window.endColumn(width, pixels);
    }

    /** First of {@code pixels} rows of the whole picture that this map shows. */
    public int firstRow(int pixels) {
        return window.firstRow(height, pixels);
    }

    /** One past the last of them. */
    public int endRow(int pixels) {
        return window.endRow(height, pixels);
    }

    /** The values at another size, HWC, turned back if this map is mirrored. */
    public float[] resize(int toWidth, int toHeight, Interpolation interpolation) {
        RowResampler rows = new RowResampler(this, toWidth, toHeight, interpolation);
        float[] all = new float[Math.multiplyExact(Math.multiplyExact(toWidth, toHeight), channels)];
        float[][] row = new float[channels][toWidth];
        RowResampler.Scratch scratch = rows.newScratch();
        for (int y = 0; y < toHeight; y++) {
            rows.row(y, scratch, row);
            for (int c = 0; c < channels; c++) {
                for (int x = 0; x < toWidth; x++) {
                    all[(y * toWidth + x) * channels + c] = row[c][x];
                }
            }
        }
        return all;
    }

    /**
     * Where the picture lies in a feature map, in the map's samples from its upper left corner. It need not begin or
     * end at
     * a sample, and it reaches beyond the map where the network was shown a part of the picture only.
     */
    public record MapWindow(double left, double top, double width, double height) {
        public MapWindow {
            if (!(width > 0 && height > 0) || !Double.isFinite(left + top + width + height)) {
                throw new IllegalArgumentException(
                        "a picture of " + width + "×" + height + " samples at " + left + ", " + top);
            }
        }

        /** The map shows the picture, no more and no less. */
        static MapWindow whole(int width, int height) {
            return new MapWindow(0, 0, width, height);
        }

        /** The same place in a map whose first {@code columns} and {@code rows} are cut off. */
        public MapWindow shifted(int columns, int rows) {
            return new MapWindow(left - columns, top - rows, width, height);
        }

        /** First of {@code pixels} columns of the picture whose centre lies in a map of {@code samples} columns. */
        int firstColumn(int samples, int pixels) {
            return first(left, width, samples, pixels);
        }

        /** One past the last of them. */
        int endColumn(int samples, int pixels) {
            return end(left, width, samples, pixels);
        }

        int firstRow(int samples, int pixels) {
            return first(top, height, samples, pixels);
        }

        int endRow(int samples, int pixels) {
            return end(top, height, samples, pixels);
        }

        private static int first(double start, double extent, int samples, int pixels) {
            int first = 0;
            while (first < pixels && start + (first + 0.5) * extent / pixels < 0) {
                first++;
            }
            return first;
        }

        private static int end(double start, double extent, int samples, int pixels) {
            int end = pixels;
            while (end > 0 && start + (end - 0.5) * extent / pixels > samples) {
                end--;
            }
            return end;
        }
    }
}
