package dev.understudy.dataset.image;

/**
 * Depth along the optical axis.
 *
 * @param metres {@code height·width} floats, row-major, in metres; 0 where nothing was measured; owned by the map and
 *     not to be changed
 */
public record DepthMap(int width, int height, float[] metres) {
    public DepthMap {
        Sizes.check("metres", metres.length, width, height, 1);
    }
}
