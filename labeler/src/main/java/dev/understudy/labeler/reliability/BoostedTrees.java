package dev.understudy.labeler.reliability;

/**
 * Boosted regression trees as arrays, for log-odds. A node with a feature sends rows whose value is at most its
 * threshold to {@code left} and others, not-a-numbers too, to the node behind that; a node without one, −1, is a leaf.
 *
 * @param base log-odds before any tree
 * @param roots the first node of each tree, rising from 0
 * @param feature by node, −1 at leaves
 * @param threshold by node
 * @param left by node, behind the node itself and in its tree
 * @param value by node, what a leaf adds
 */
public record BoostedTrees(float base, int[] roots, int[] feature, float[] threshold, int[] left, float[] value) {
    public BoostedTrees {
        int nodes = feature.length;
        boolean fits =
                threshold.length == nodes && left.length == nodes && value.length == nodes && Float.isFinite(base);
        for (int tree = 0; tree < roots.length && fits; tree++) {
            int end = tree + 1 < roots.length ? roots[tree + 1] : nodes;
            fits = roots[tree] < end && end <= nodes && (tree > 0 || roots[0] == 0);
            for (int node = fits ? roots[tree] : end; node < end && fits; node++) {
                fits = feature[node] < 0
                        ? Float.isFinite(value[node])
                        : left[node] > node && left[node] < end - 1 && !Float.isNaN(threshold[node]);
            }
        }
        if (!fits || roots.length == 0 && nodes > 0) {
            throw new IllegalArgumentException("trees whose nodes do not fit together");
        }
    }

    /** One more than the largest feature that is asked for. */
    int width() {
        int most = -1;
        for (int f : feature) {
            most = Math.max(most, f);
        }
        return most + 1;
    }

    /** Log-odds. @param rows numbers of many rows @param at where the row begins */
    public float score(float[] rows, int at) {
        float sum = base;
        for (int root : roots) {
            int node = root;
            int f = feature[node];
            while (f >= 0) {
                node = left[node] + (rows[at + f] <= threshold[node] ? 0 : 1);
                f = feature[node];
            }
            sum += value[node];
        }
        return sum;
    }
}
