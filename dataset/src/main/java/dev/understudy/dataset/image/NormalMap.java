package dev.understudy.dataset.image;

/**
 * Surface normals facing the camera, in the axes of the published NYUDv2 normals, so that numbers in memory, in files
 * and from the authors' networks are the same ones: <b>x right, y forward along the optical axis, z up</b>, all
 * relative to the camera (not to gravity). What faces the camera has y &lt; 0; a floor seen by a level camera is (0, 0,
 * 1).
 *
 * <p>From a vector (X, Y, Z) in the usual camera frame, X right, Y down, Z forward: (x, y, z) = (X, Z, −Y). Mirroring
 * the picture flips x only.
 *
 * @param xyz {@code height·width·3} floats, row-major, channels interleaved (HWC), unit vectors; (0, 0, 0) where there
 *     is none; owned by the map and not to be changed
 */
public record NormalMap(int width, int height, float[] xyz) {
    public NormalMap {
        Sizes.check("xyz", xyz.length, width, height, 3);
    }
}
