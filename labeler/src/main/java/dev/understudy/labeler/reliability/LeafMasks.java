package dev.understudy.labeler.reliability;

import java.util.Arrays;

/**
 * {@link BoostedTrees} for many rows at once, without going down any tree (QuickScorer, Lucchese et al., SIGIR 2015):
 * each node knows which leaves of its tree are out of reach where its question is answered with no. The lowest leaf
 * that no node rules out is the one. Rows lie side by side, so that the processor asks many of them the same question
 * at a time. Gives the same bits as one row alone. Immutable; safe for several threads.
 */
final class LeafMasks {
    /** Rows that are asked at once at most; what is known of them stays in the processor's cache. */
    private static final int BLOCK = 512;

    /** So few rows are not worth being asked by themselves. */
    private static final int FEW = 64;

    private static final int MOST_LEAVES = 32;

    private final BoostedTrees trees;
    /** By feature the thresholds of all nodes that ask for it, rising. */
    private final Bins[] bins;
    /** By tree its first question, and behind the last tree where all questions end. */
    private final int[] first;
    /** By question what is asked for. */
    private final int[] feature;
    /** By question its threshold's place among the feature's. */
    private final int[] place;
    /** By question the leaves that stay where the answer is no. */
    private final int[] stays;
    /** By tree the values of its leaves, from left to right. */
    private final float[][] leaves;

    private int questions;

    /** @throws IllegalArgumentException if a tree has more than 32 leaves */
    LeafMasks(BoostedTrees trees) {
        this.trees = trees;
        int nodes = trees.feature().length;
        float[][] thresholds = thresholds(trees);
        bins = Arrays.stream(thresholds).map(Bins::of).toArray(Bins[]::new);
        first = new int[trees.roots().length + 1];
        feature = new int[nodes];
        place = new int[nodes];
        stays = new int[nodes];
        leaves = new float[trees.roots().length][];
        float[] found = new float[MOST_LEAVES];
        for (int tree = 0; tree < leaves.length; tree++) {
            int count = number(trees.roots()[tree], 0, 0, thresholds, found);
            leaves[tree] = Arrays.copyOf(found, count);
            first[tree + 1] = questions;
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
    private int number(int node, int before, int depth, float[][] thresholds, float[] found) {
        if (before == MOST_LEAVES || depth == MOST_LEAVES) {
            throw new IllegalArgumentException("a tree of more than " + MOST_LEAVES + " leaves");
        }
        int asked = trees.feature()[node];
        if (asked < 0) {
            found[before] = trees.value()[node];
            return before + 1;
        }
        int question = questions++;
        int middle = number(trees.left()[node], before, depth + 1, thresholds, found);
        int after = number(trees.left()[node] + 1, middle, depth + 1, thresholds, found);
        feature[question] = asked;
        place[question] = Arrays.binarySearch(thresholds[asked], trees.threshold()[node]);
        // Where the answer is no, the leaves on the left are out of reach
        stays[question] = ~(upTo(middle) & ~upTo(before));
        return after;
    }

    private static int upTo(int leaves) {
        return leaves == MOST_LEAVES ? -1 : (1 << leaves) - 1;
    }

    /**
     * @param planes by feature a number for each row
     * @param order in which the rows are asked, each once
     * @param ends where, in that order, groups of rows end whose numbers are much the same, rising to its length
     */
    float[] scores(float[][] planes, int[] order, int[] ends) {
        float[] scores = new float[order.length];
        Answers answers = new Answers(bins.length);
        int group = 0;
        int end;
        for (int from = 0; from < order.length; from = end) {
            end = from;
            do {
                end = Math.min(ends[group], from + BLOCK);
                group += end == ends[group] ? 1 : 0;
            } while (end - from < FEW && group < ends.length && ends[group] - end < FEW);
            int n = end - from;
            for (int f = 0; f < bins.length; f++) {
                if (bins[f].thresholds.length > 0) {
                    answers.take(f, bins[f], planes[f], order, from, n);
                }
            }
            Arrays.fill(answers.sums, 0, n, trees.base());
            for (int tree = 0; tree < leaves.length; tree++) {
                add(tree, answers, n);
            }
            for (int row = 0; row < n; row++) {
                scores[order[from + row]] = answers.sums[row];
            }
        }
        return scores;
    }

    /** What rows beside each other answer: of each feature the bins that they fall into, and the lowest and highest. */
    private static final class Answers {
        final int[][] bins;
        final int[] lowest;
        final int[] highest;
        /** By row the leaves of a tree that are within reach. */
        final int[] open = new int[BLOCK];
        /** By row what trees have come to so far. */
        final float[] sums = new float[BLOCK];
        /** Questions that not all rows answer alike. */
        final int[] pending = new int[MOST_LEAVES];

        Answers(int features) {
            bins = new int[features][BLOCK];
            lowest = new int[features];
            highest = new int[features];
        }

        /** Many features are the same throughout a segment or the frame, so neighbours often share the bin. */
        void take(int feature, Bins of, float[] plane, int[] order, int from, int n) {
            int[] bins = this.bins[feature];
            float before = plane[order[from]];
            int bin = of.bin(before);
            int low = bin;
            int high = bin;
            for (int row = 0; row < n; row++) {
                float value = plane[order[from + row]];
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

    private void add(int tree, Answers answers, int n) {
        int common = -1;
        int pending = 0;
        for (int question = first[tree]; question < first[tree + 1]; question++) {
            int f = feature[question];
            if (answers.lowest[f] > place[question]) {
                common &= stays[question];
            } else if (answers.highest[f] > place[question]) {
                answers.pending[pending++] = question;
            }
        }
        float[] values = leaves[tree];
        float[] sums = answers.sums;
        int[] open = answers.open;
        boolean alike = true;
        for (int i = 0; i < pending; i++) {
            int question = answers.pending[i];
            // Not where what a no rules out is out of reach for all
            if ((common & ~stays[question]) != 0) {
                if (alike) {
                    Arrays.fill(open, 0, n, common);
                    alike = false;
                }
                close(open, n, answers.bins[feature[question]], place[question], stays[question]);
            }
        }
        if (alike) {
            float value = values[Integer.numberOfTrailingZeros(common)];
            for (int row = 0; row < n; row++) {
                sums[row] += value;
            }
        } else {
            for (int row = 0; row < n; row++) {
                sums[row] += values[Integer.numberOfTrailingZeros(open[row])];
            }
        }
    }

    /** Without a branch: (b − p − 1) ≫ 31 is all ones where the answer is yes. */
    private static void close(int[] open, int n, int[] bins, int place, int stays) {
        for (int row = 0; row < n; row++) {
            open[row] &= stays | ((bins[row] - place - 1) >> 31);
        }
    }
}
