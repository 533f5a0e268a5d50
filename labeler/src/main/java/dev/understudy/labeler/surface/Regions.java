package dev.understudy.labeler.surface;

import dev.understudy.dataset.image.LabelMap;

/**
 * A partition of the pixels.
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

    /** The sets of pixels that share both a region of {@code one} and a region of {@code other}; not always connected. */
    public static Regions common(Regions one, Regions other) {
        java.util.HashMap<Long, Integer> numbers = new java.util.HashMap<>();
        int[] region = new int[one.region.length];
        int[] size = new int[region.length];
        long lastPair = -1;
        int last = -1;
        for (int i = 0; i < region.length; i++) {
            long pair = (long) one.region[i] << 32 | other.region[i];
            if (pair != lastPair) {
                last = numbers.computeIfAbsent(pair, key -> numbers.size());
                lastPair = pair;
            }
            region[i] = last;
            size[last]++;
        }
        return new Regions(region, java.util.Arrays.copyOf(size, numbers.size()));
    }
}
