package dev.understudy.labeler.reliability;

import java.util.Arrays;

/**
 * {@link BoostedTrees} for many rows at once, without going down any tree (QuickScorer, Lucchese et al., SIGIR 2015):
 * each node knows which leaves of its tree are out of reach where its question is answered with no. The lowest leaf
 * that no node rules out is the one. Rows lie side by side, so that the processor asks many of them the same question
 * at a time. Gives the same bits as one row alone. Not safe for several threads.
 */
final class LeafMasks {
    /** Rows that are asked at once; what is known of them stays in the processor's cache. */
    private static final int BLOCK = 512;

    private static final int MOST_LEAVES = 32;

    private final BoostedTrees trees;
    /** By feature the thresholds of all nodes that ask for it, rising. */
    private final float[][] thresholds;
    /** By node its threshold's place among those. */
    private final int[] place;
    /** By node the leaves that stay where the answer is no; by leaf none is asked for. */
    private final int[] stays;
    /** By tree the values of its leaves, from left to right. */
    private final float[][] leaves;

    /** @throws IllegalArgumentException if a tree has more than 32 leaves */
    LeafMasks(BoostedTrees trees) {
        this.trees = trees;
        int nodes = trees.feature().length;
        thresholds = thresholds(trees);
        place = new int[nodes];
        stays = new int[nodes];
        leaves = new float[trees.roots().length][];
        for (int node = 0; node < nodes; node++) {
            int f = trees.feature()[node];
            place[node] = f < 0 ? 0 : Arrays.binarySearch(thresholds[f], trees.threshold()[node]);
        }
        float[] found = new float[MOST_LEAVES];
        for (int tree = 0; tree < leaves.length; tree++) {
            int count = number(trees.roots()[tree], 0, 0, found);
            leaves[tree] = Arrays.copyOf(found, count);
        }
    }

    private static float[][] thresholds(BoostedTrees trees) {
        float[][] thresholds = new float[trees.width()][];
        for (int f = 0; f < thresholds.length; f++) {
            float[] all = new float[trees.feature().length];
            int count = 0;
            for (int node = 0; node < all.length; node++) {
                if (trees.feature()[node] == f) {
                    all[count++] = trees.threshold()[node];
                }
            }
            Arrays.sort(all, 0, count);
            int different = 0;
            for (int i = 0; i < count; i++) {
                if (different == 0 || all[i] > all[different - 1]) {
                    all[different++] = all[i];
                }
            }
            thresholds[f] = Arrays.copyOf(all, different);
        }
        return thresholds;
    }

    /** Numbers the leaves below a node from left to right. @return how many there are up to here */
    private int number(int node, int before, int depth, float[] found) {
        if (before == MOST_LEAVES || depth == MOST_LEAVES) {
            throw new IllegalArgumentException("a tree of more than " + MOST_LEAVES + " leaves");
        }
        if (trees.feature()[node] < 0) {
            found[before] = trees.value()[node];
            return before + 1;
        }
        int middle = number(trees.left()[node], before, depth + 1, found);
        int after = number(trees.left()[node] + 1, middle, depth + 1, found);
        // Where the answer is no, the leaves on the left are out of reach
        stays[node] = ~(upTo(middle) & ~upTo(before));
        return after;
    }

    private static int upTo(int leaves) {
        return leaves == MOST_LEAVES ? -1 : (1 << leaves) - 1;
    }

    /** @param rows {@code width} numbers for each row */
    float[] scores(float[] rows, int width, int count) {
        float[] scores = new float[count];
        Arrays.fill(scores, trees.base());
        int[][] bins = new int[thresholds.length][BLOCK];
        int[] open = new int[BLOCK];
        for (int first = 0; first < count; first += BLOCK) {
            int n = Math.min(BLOCK, count - first);
            for (int f = 0; f < thresholds.length; f++) {
                for (int row = 0; row < n; row++) {
                    bins[f][row] = bin(thresholds[f], rows[(first + row) * width + f]);
                }
            }
            for (int tree = 0; tree < leaves.length; tree++) {
                add(tree, bins, open, scores, first, n);
            }
        }
        return scores;
    }

    /** How many thresholds a value is above: what is no number is above all. */
    private static int bin(float[] thresholds, float value) {
        int low = 0;
        int left = thresholds.length;
        while (left > 0) {
            int half = left >>> 1;
            boolean above = !(value <= thresholds[low + half]);
            low = above ? low + half + 1 : low;
            left = above ? left - half - 1 : half;
        }
        return low;
    }

    private void add(int tree, int[][] bins, int[] open, float[] scores, int first, int n) {
        int[] feature = trees.feature();
        int end = tree + 1 < leaves.length ? trees.roots()[tree + 1] : feature.length;
        Arrays.fill(open, -1);
        for (int node = trees.roots()[tree]; node < end; node++) {
            if (feature[node] >= 0) {
                close(open, bins[feature[node]], place[node], stays[node]);
            }
        }
        float[] values = leaves[tree];
        for (int row = 0; row < n; row++) {
            scores[first + row] += values[Integer.numberOfTrailingZeros(open[row])];
        }
    }

    /** Without a branch: (b − p − 1) ≫ 31 is all ones where the answer is yes. */
    private static void close(int[] open, int[] bins, int place, int stays) {
        for (int row = 0; row < open.length; row++) {
            open[row] &= stays | ((bins[row] - place - 1) >> 31);
        }
    }
}
