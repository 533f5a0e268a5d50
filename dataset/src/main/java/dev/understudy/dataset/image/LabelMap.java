package dev.understudy.dataset.image;

/**
 * A class index for every pixel.
 *
 * @param classes {@code height·width} bytes, row-major, unsigned; {@link #IGNORE} where there is no label; owned by the
 *     map and not to be changed
 */
public record LabelMap(int width, int height, byte[] classes) {
    /** The index that stands for "no label": never scored, never trained on. */
    public static final int IGNORE = 255;

    public LabelMap {
        Sizes.check("classes", classes.length, width, height, 1);
    }

    /** The class at pixel {@code index = y·width + x}, 0–255. */
    public int classAt(int index) {
        return classes[index] & 0xFF;
    }
}
