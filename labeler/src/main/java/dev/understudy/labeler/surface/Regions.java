package dev.understudy.labeler.surface;

import dev.understudy.dataset.image.LabelMap;

/**
 * A partition of the pixels into connected regions.
 *
 * @param region by pixel, from 0 in order of the regions' first pixels
 * @param size by region, pixels
 */
public record Regions(int[] region, int[] size) {
    public int count() {
        return size.length;
    }

    /** The four-connected areas of one class; {@link LabelMap#IGNORE} is a class like any other. */
    public static Regions ofLabels(int width, int height, byte[] classes) {
        DisjointSets sets = new DisjointSets(classes.length);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                if (x > 0 && classes[i] == classes[i - 1]) {
                    sets.unite(i, i - 1);
                }
                if (y > 0 && classes[i] == classes[i - width]) {
                    sets.unite(i, i - width);
                }
            }
        }
        return sets.regions();
    }
}
