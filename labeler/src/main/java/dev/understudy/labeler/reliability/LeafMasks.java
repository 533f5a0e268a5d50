package dev.understudy.labeler.reliability;

import java.util.Arrays;

/**
 * {@link BoostedTrees} for many rows at once, without going down any tree (QuickScorer, Lucchese et al., SIGIR 2015):
 * each node knows which leaves of its tree are out of reach where its question is answered with no. The lowest leaf
 * that no node rules out is the one. Rows lie side by side, so that the processor asks many of them the same question
 * at a time. Gives the same bits as one row alone. Immutable; safe for several threads.
 */
final class LeafMasks {
    /** Rows that are asked at once; what is known of them stays in the processor's cache. */
    private static final int BLOCK = 512;

    private static final int MOST_LEAVES = 32;

    private final BoostedTrees trees;
    /** By feature the thresholds of all nodes that ask for it, rising. */
    private final Bins[] bins;
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
        float[][] thresholds = thresholds(trees);
        bins = Arrays.stream(thresholds).map(Bins::of).toArray(Bins[]::new);
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

    /** @param planes by feature a number for each row */
    float[] scores(float[][] planes, int count) {
        float[] scores = new float[count];
        Arrays.fill(scores, trees.base());
        Answers answers = new Answers(bins.length);
        for (int first = 0; first < count; first += BLOCK) {
            int n = Math.min(BLOCK, count - first);
            for (int f = 0; f < bins.length; f++) {
                if (bins[f].thresholds.length > 0) {
                    answers.take(f, bins[f], planes[f], first, n);
                }
            }
            for (int tree = 0; tree < leaves.length; tree++) {
                add(tree, answers, scores, first, n);
            }
        }
        return scores;
    }

    /** What rows beside each other answer: of each feature the bins that they fall into, and the lowest and highest. */
    private static final class Answers {
        final int[][] bins;
        final int[] lowest;
        final int[] highest;
        /** The leaves of a tree that are within reach, by row. */
        final int[] open = new int[BLOCK];

        Answers(int features) {
            bins = new int[features][BLOCK];
            lowest = new int[features];
            highest = new int[features];
        }

        /** Many features are the same throughout a segment or the frame, so neighbours often share the bin. */
        void take(int feature, Bins of, float[] plane, int first, int n) {
            int[] bins = this.bins[feature];
            float before = plane[first];
            int bin = of.bin(before);
            int low = bin;
            int high = bin;
            for (int row = 0; row < n; row++) {
                float value = plane[first + row];
                if (value != before) {
                    bin = of.bin(value);
                    before = value;
                    low = Math.min(low, bin);
                    high = Math.max(high, bin);
                }
                bins[row] = bin;
            }
            lowest[feature] = low;
            highest[feature] = high;
        }
    }

    /**
     * How many thresholds a value is above. The range from the first threshold to the last is cut into equal pieces, so
     * that few thresholds are left to compare with; which piece a value falls into never decides by itself.
     *
     * @param thresholds rising
     * @param from by piece the thresholds that all its values are above
     */
    private record Bins(float[] thresholds, float scale, int[] from) {
        private static final int PIECES = 128;

        static Bins of(float[] thresholds) {
            int last = thresholds.length - 1;
            float scale = last > 0 ? PIECES / (thresholds[last] - thresholds[0]) : 0;
            int[] from = new int[PIECES + 1];
            for (int i = 0; i <= last; i++) {
                // Pieces rise with the values, rounding included, so values of later ones are above this threshold
                Arrays.fill(
                        from,
                        Math.min(piece(thresholds[i], thresholds[0], scale) + 1, from.length),
                        from.length,
                        i + 1);
            }
            return new Bins(thresholds, scale, from);
        }

        private static int piece(float value, float first, float scale) {
            float at = (value - first) * scale;
            return at > 0 ? (int) Math.min(at, PIECES) : 0;
        }

        int bin(float value) {
            float[] thresholds = this.thresholds;
            // What is no number is above all
            int bin = Float.isNaN(value) ? thresholds.length : from[piece(value, thresholds[0], scale)];
            while (bin < thresholds.length && value > thresholds[bin]) {
                bin++;
            }
            return bin;
        }
    }

    private void add(int tree, Answers answers, float[] scores, int first, int n) {
        int[] feature = trees.feature();
        int[] open = answers.open;
        int end = tree + 1 < leaves.length ? trees.roots()[tree + 1] : feature.length;
        int common = -1;
        for (int node = trees.roots()[tree]; node < end; node++) {
            if (feature[node] >= 0 && answers.lowest[feature[node]] > place[node]) {
                common &= stays[node];
            }
        }
        Arrays.fill(open, common);
        for (int node = trees.roots()[tree]; node < end; node++) {
            int f = feature[node];
            // Not where all answer alike, nor where what a no rules out is out of reach for all
            if (f >= 0
                    && answers.lowest[f] <= place[node]
                    && answers.highest[f] > place[node]
                    && (common & ~stays[node]) != 0) {
                close(open, answers.bins[f], place[node], stays[node]);
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
