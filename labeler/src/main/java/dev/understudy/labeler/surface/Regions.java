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
        LabelRuns runs = LabelRuns.of(width, classes);
        int[] region = new int[classes.length];
        for (int run = 0; run < runs.area.length; run++) {
            Arrays.fill(region, runs.starts[run], runs.starts[run + 1], runs.area[run]);
        }
        return new Regions(region, runs.size);
    }

    /**
     * The four-connected areas of one class by runs, neighbours in a row that are of one class. There are far fewer of
     * them than pixels.
     *
     * @param starts by run its first pixel, and where the last one ends
     * @param area by run, from 0 in order of the areas' first pixels
     * @param size by area, pixels
     */
    record LabelRuns(int[] starts, int[] area, int[] size) {
        static LabelRuns of(int width, byte[] classes) {
            int[] starts = starts(width, classes);
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
            int[] size = new int[ofRuns.count()];
            for (int run = 0; run < count; run++) {
                size[ofRuns.region[run]] += starts[run + 1] - starts[run];
            }
            return new LabelRuns(starts, ofRuns.region, size);
        }

        private static int[] starts(int width, byte[] classes) {
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
    }

    /** Union–find over pixels, or what is made of some of them: by size, with paths halved. */
    static final class DisjointSets {
        private final int[] parent;
        private final int[] size;

        DisjointSets(int count) {
            parent = new int[count];
            size = new int[count];
            for (int i = 0; i < count; i++) {
                parent[i] = i;
                size[i] = 1;
            }
        }

        private DisjointSets(int[] parent, int[] size) {
            this.parent = parent;
            this.size = size;
        }

        /** @param size by member, the pixels that it stands for */
        static DisjointSets ofSizes(int[] size) {
            int[] parent = new int[size.length];
            Arrays.setAll(parent, i -> i);
            return new DisjointSets(parent, size.clone());
        }

        int root(int member) {
            int at = member;
            while (parent[at] != at) {
                parent[at] = parent[parent[at]];
                at = parent[at];
            }
            return at;
        }

        int size(int root) {
            return size[root];
        }

        /** @return the root of both, given two different roots */
        int join(int one, int other) {
            int big = size[one] >= size[other] ? one : other;
            int small = big == one ? other : one;
            parent[small] = big;
            size[big] += size[small];
            return big;
        }

        void unite(int one, int other) {
            int a = root(one);
            int b = root(other);
            if (a != b) {
                join(a, b);
            }
        }

        /** Numbers the sets from 0 in order of their first members. */
        Regions regions() {
            int[] number = new int[parent.length];
            int[] sizes = new int[parent.length];
            int count = 0;
            java.util.Arrays.fill(number, -1);
            int[] region = new int[parent.length];
            for (int i = 0; i < parent.length; i++) {
                int root = root(i);
                if (number[root] < 0) {
                    sizes[count] = size[root];
                    number[root] = count++;
                }
                region[i] = number[root];
            }
            return new Regions(region, java.util.Arrays.copyOf(sizes, count));
        }
    }
}
