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
        int[] run = runs(width, classes);
        DisjointSets sets = new DisjointSets(classes.length == 0 ? 0 : run[classes.length - 1] + 1);
        for (int i = width; i < classes.length; i++) {
            boolean meets = i % width == 0 || run[i] != run[i - 1] || run[i - width] != run[i - width - 1];
            if (meets && classes[i] == classes[i - width]) {
                sets.unite(run[i], run[i - width]);
            }
        }
        Regions ofRuns = sets.regions();
        int[] region = new int[classes.length];
        int[] size = new int[ofRuns.count()];
        for (int i = 0; i < region.length; i++) {
            region[i] = ofRuns.region[run[i]];
            size[region[i]]++;
        }
        return new Regions(region, size);
    }

    /** By pixel the number of its run: neighbours in a row that are of one class. There are far fewer runs than pixels. */
    private static int[] runs(int width, byte[] classes) {
        int[] run = new int[classes.length];
        int last = -1;
        for (int i = 0; i < classes.length; i++) {
            if (i % width == 0 || classes[i] != classes[i - 1]) {
                last++;
            }
            run[i] = last;
        }
        return run;
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
