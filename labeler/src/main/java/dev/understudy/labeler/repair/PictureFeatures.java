package dev.understudy.labeler.repair;

/**
 * What a network makes of a picture on its way, before any class.
 *
 * @param columns of the map
 * @param rows of the map
 * @param channels numbers a place
 * @param values [rows,columns,channels]
 */
public record PictureFeatures(int columns, int rows, int channels, float[] values) {
    public PictureFeatures {
        if (columns < 1 || rows < 1 || channels < 1 || values.length != (long) columns * rows * channels) {
            throw new IllegalArgumentException(
                    values.length + " values for a map of " + columns + "×" + rows + " with " + channels + " channels");
        }
    }
}
