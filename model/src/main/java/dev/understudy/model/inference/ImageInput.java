package dev.understudy.model.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/** Turns decoded pictures into a network's input. Immutable and safe for several threads. */
public final class ImageInput {
    private static final int CHANNELS = 3;

    private final float[] table;

    public ImageInput(Preprocessing preprocessing) {
        this.table = preprocessing.normalisation().table();
    }

    /** One picture as [1, 3, h, w]; see {@link #of(List, View, NDManager)}. */
    public NDArray of(RgbImage image, View view, NDManager manager) {
        return of(List.of(image), view, manager);
    }

    /**
     * Pictures as [n, 3, h, w], normalised, in channels-last memory order.
     *
     * @param images at least one, all of one size
     * @param manager what the result is attached to; the result must not outlive it
     */
    NDArray of(List<RgbImage> images, View view, NDManager manager) {
        int width = view.sized(images.get(0).width());
        int height = view.sized(images.get(0).height());
        int values = Math.multiplyExact(Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS), images.size());
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(values, Float.BYTES))
                .order(ByteOrder.nativeOrder());
        FloatBuffer hwc = bytes.asFloatBuffer();
        for (RgbImage image : images) {
            if (width == image.width() && height == image.height()) {
                copy(image, view.mirrored(), hwc);
            } else {
                hwc.put(resized(image, view, width, height));
            }
        }
        // The array points into the buffer and keeps it alive: it is left to the manager, not closed here.
        NDArray nhwc = manager.create(bytes, new Shape(images.size(), height, width, CHANNELS), DataType.FLOAT32);
        return nhwc.transpose(0, 3, 1, 2);
    }

    private void copy(RgbImage image, boolean mirrored, FloatBuffer hwc) {
        byte[] rgb = image.rgb();
        int width = image.width();
        float[] row = new float[width * CHANNELS];
        for (int y = 0; y < image.height(); y++) {
            int from = y * row.length;
            for (int x = 0; x < width; x++) {
                int at = from + (mirrored ? width - 1 - x : x) * CHANNELS;
                row[x * CHANNELS] = table[rgb[at] & 0xFF];
                row[x * CHANNELS + 1] = table[256 + (rgb[at + 1] & 0xFF)];
                row[x * CHANNELS + 2] = table[512 + (rgb[at + 2] & 0xFF)];
            }
            hwc.put(row);
        }
    }

    /** Normalises first: interpolation weights add up to 1, so the order does not matter. */
    private float[] resized(RgbImage image, View view, int width, int height) {
        FloatBuffer original = FloatBuffer.allocate(image.rgb().length);
        copy(image, false, original);
        return new FeatureMap(image.width(), image.height(), CHANNELS, original.array(), view.mirrored())
                .resize(width, height, Interpolation.BILINEAR);
    }
}
