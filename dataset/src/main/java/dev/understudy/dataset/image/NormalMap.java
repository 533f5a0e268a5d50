package dev.understudy.dataset.image;

/**
 * Surface normals in the camera's frame (x right, y down, z forward), facing the camera.
 *
 * @param xyz {@code height·width·3} floats, row-major, channels interleaved (HWC), unit vectors; (0, 0, 0) where there is
 *     none; owned by the map and not to be changed
 */
public record NormalMap(int width, int height, float[] xyz) {
    public NormalMap {
        Sizes.check("xyz", xyz.length, width, height, 3);
    }
}
