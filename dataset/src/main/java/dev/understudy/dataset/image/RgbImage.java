package dev.understudy.dataset.image;

/**
 * An 8-bit colour picture.
 *
 * @param rgb {@code height·width·3} bytes, row-major, channels interleaved (HWC), 0–255 unsigned; owned by the image
 *     and not to be changed
 */
public record RgbImage(int width, int height, byte[] rgb) {
    public RgbImage {
        Sizes.check("rgb", rgb.length, width, height, 3);
    }
}
