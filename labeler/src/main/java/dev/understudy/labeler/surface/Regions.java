package dev.understudy.labeler.surface;

import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;

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
     * Where the runs start, neighbours in a row that are of one class, and where the last one ends. There are far fewer
     * of them than pixels.
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

    /**
     * The sets of pixels that share both a region of {@code one} and a region of {@code other}; not always connected.
     */
    public static Regions common(Regions one, Regions other) {
        PairNumbers numbers = new PairNumbers();
        int[] region = new int[one.region.length];
        int[] size = new int[region.length];
        long lastPair = -1;
        int last = -1;
        for (int i = 0; i < region.length; i++) {
            long pair = (long) one.region[i] << 32 | other.region[i];
            if (pair != lastPair) {
                last = numbers.of(pair);
                lastPair = pair;
            }
            region[i] = last;
            size[last]++;
        }
        return new Regions(region, Arrays.copyOf(size, numbers.count));
    }

    /**
     * Numbers pairs from 0 in the order in which they come: a hash table without objects, as there is a pair for every
     * run.
     */
    private static final class PairNumbers {
        private static final long MIX = 0x9E3779B97F4A7C15L;

        private long[] pairs = new long[1 << 12];
        /** One more than the number; 0 = the place is free. */
        private int[] numbers = new int[pairs.length];

        private int count;

        int of(long pair) {
            int at = place(pair);
            if (numbers[at] == 0) {
                if (2 * count >= pairs.length) {
                    grow();
                    at = place(pair);
                }
                pairs[at] = pair;
                numbers[at] = ++count;
            }
            return numbers[at] - 1;
        }

        private int place(long pair) {
            int mask = pairs.length - 1;
            int at = (int) (pair * MIX >>> 32) & mask;
            while (numbers[at] != 0 && pairs[at] != pair) {
                at = at + 1 & mask;
            }
            return at;
        }

        private void grow() {
            long[] oldPairs = pairs;
            int[] oldNumbers = numbers;
            pairs = new long[2 * oldPairs.length];
            numbers = new int[pairs.length];
            for (int i = 0; i < oldPairs.length; i++) {
                if (oldNumbers[i] != 0) {
                    int at = place(oldPairs[i]);
                    pairs[at] = oldPairs[i];
                    numbers[at] = oldNumbers[i];
                }
            }
        }
    }
}
