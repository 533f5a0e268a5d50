package dev.understudy.labeler.repair;

import java.util.List;

/**
 * What a network makes of a picture on its way, before any class.
 *
 * @param maps from fine to coarse
 */
public record PictureFeatures(List<Map> maps) {
    public PictureFeatures {
        maps = List.copyOf(maps);
    }

    /**
     * One layer's.
     *
     * @param channels numbers a place
     * @param values [rows,columns,channels]
     */
    public record Map(int columns, int rows, int channels, float[] values) {
        public Map {
            if (columns < 1 || rows < 1 || channels < 1 || values.length != (long) columns * rows * channels) {
                throw new IllegalArgumentException(values.length + " values for a map of " + columns + "×" + rows
                        + " with " + channels + " channels");
            }
        }
    }
}
