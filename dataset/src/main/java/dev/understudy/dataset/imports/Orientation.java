package dev.understudy.dataset.imports;

/** Which way a picture with an EXIF orientation is imported. */
public enum Orientation {
    /**
     * As viewers show it, unless its labels, depth or normals fit in size only the pixels as they are stored. Where they fit
     * both ways, that is told.
     */
    AUTO,
    /** As viewers and most tools for annotation show it. */
    SHOWN,
    /** As the pixels are stored. */
    STORED
}
