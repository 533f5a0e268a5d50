package dev.understudy.labeler.surface;

import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

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
        int[] starts = runs(width, classes);
        int count = starts.length - 1;
        DisjointSets sets = new DisjointSets(count);
        for (int above = 0, run = 0; run < count; run++) {
            // The runs of the row above that lie over this one; the last may reach over the next one too.
            int from = starts[run] - width;
            int to = starts[run + 1] - width;
            while (from >= 0 && starts[above + 1] <= from) {
                above++;
            }
            for (int over = above; starts[over] < to; over++) {
                if (classes[starts[over]] == classes[starts[run]]) {
                    sets.unite(run, over);
                }
            }
        }
        Regions ofRuns = sets.regions();
        int[] region = new int[classes.length];
        int[] size = new int[ofRuns.count()];
        for (int run = 0; run < count; run++) {
            Arrays.fill(region, starts[run], starts[run + 1], ofRuns.region[run]);
            size[ofRuns.region[run]] += starts[run + 1] - starts[run];
        }
        return new Regions(region, size);
    }

    /**
     * Where the runs start, neighbours in a row that are of one class, and where the last one ends. There are far fewer of
     * them than pixels.
     */
    private static int[] runs(int width, byte[] classes) {
        int[] starts = new int[classes.length + 1];
        int count = 0;
        for (int from = 0; from < classes.length; from += width) {
            starts[count++] = from;
            for (int i = from + 1; i < from + width; i++) {
                if (classes[i] != classes[i - 1]) {
                    starts[count++] = i;
                }
            }
        }
        starts[count++] = classes.length;
        return Arrays.copyOf(starts, count);
    }

    /** The sets of pixels that share both a region of {@code one} and a region of {@code other}; not always connected. */
    public static Regions common(Regions one, Regions other) {
        Map<Long, Integer> numbers = new HashMap<>();
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
        return new Regions(region, Arrays.copyOf(size, numbers.size()));
    }
}
