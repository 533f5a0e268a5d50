package dev.understudy.labeler.reliability;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Boosts trees for the log-likelihood of yes and no (Friedman 2001), grown best leaf first over histograms of 64 bins a
 * feature (as LightGBM does), each from a sample of the rows and of the features. One thread, one order of sums: the
 * same rows give the same trees.
 */
final class TreeLearning {
    private static final int BINS = 64;
    private static final int QUANTILE_ROWS = 50_000;

    /**
     * @param trees how many
     * @param leaves of each tree at most
     * @param rate how much of each tree counts
     * @param rows share of the rows that a tree sees
     * @param features share of the features that a tree sees
     * @param ridge L2 on the leaves
     * @param least rows in a leaf; of few rows a hundredth, if that is less
     */
    record Options(int trees, int leaves, double rate, double rows, double features, double ridge, int least) {
        static final Options USUAL = new Options(150, 16, 0.05, 0.4, 0.3, 50, 300);
    }

    private final Options options;
    private final int width;
    private final int count;
    private final int least;
    private final boolean[] isRight;
    private final float[] weight;
    private final float[][] upper;
    private final byte[][] bins;
    private final float[] score;
    private final double[] gradient;
    private final double[] curvature;
    /** Rows of a tree's sample, those of a leaf side by side. */
    private final int[] order;

    private final int[] spare;
    private final Nodes nodes = new Nodes();

    private TreeLearning(Options options, float[] rows, int width, boolean[] isRight, float[] weight) {
        this.options = options;
        this.width = width;
        this.count = isRight.length;
        this.least = Math.max(1, Math.min(options.least, count / 100));
        this.isRight = isRight;
        this.weight = weight;
        this.upper = new float[width][];
        this.bins = new byte[width][count];
        this.score = new float[count];
        this.gradient = new double[count];
        this.curvature = new double[count];
        this.order = new int[count];
        this.spare = new int[count];
        for (int f = 0; f < width; f++) {
            upper[f] = bounds(rows, f);
            for (int row = 0; row < count; row++) {
                int place = Arrays.binarySearch(upper[f], rows[row * width + f]);
                bins[f][row] = (byte) (place < 0 ? -place - 1 : place);
            }
        }
    }

    /**
     * @param rows {@code width} finite numbers for each example
     * @param weight above 0
     * @param seed of the samples
     */
    static BoostedTrees fit(Options options, float[] rows, int width, boolean[] isRight, float[] weight, long seed) {
        return new TreeLearning(options, rows, width, isRight, weight).fit(new SplittableRandom(seed));
    }

    /** The largest values of all bins but the last, different from each other. */
    private float[] bounds(float[] rows, int feature) {
        int step = Math.max(1, count / QUANTILE_ROWS);
        float[] some = new float[(count + step - 1) / step];
        for (int i = 0; i < some.length; i++) {
            some[i] = rows[i * step * width + feature];
        }
        Arrays.sort(some);
        float[] bounds = new float[BINS - 1];
        int found = 0;
        for (int i = 1; i < BINS; i++) {
            float bound = some[(int) ((long) i * some.length / BINS)];
            if ((found == 0 || bound > bounds[found - 1]) && bound < some[some.length - 1]) {
                bounds[found++] = bound;
            }
        }
        return Arrays.copyOf(bounds, found);
    }

    private BoostedTrees fit(SplittableRandom random) {
        double yes = 0;
        double all = 0;
        for (int row = 0; row < count; row++) {
            yes += isRight[row] ? weight[row] : 0;
            all += weight[row];
        }
        float base = (float) Math.log((yes + 1) / (all - yes + 1));
        Arrays.fill(score, base);
        int[] roots = new int[options.trees];
        for (int tree = 0; tree < options.trees; tree++) {
            roots[tree] = nodes.count;
            grow(random);
            addTo(roots[tree]);
        }
        return new BoostedTrees(
                base,
                roots,
                Arrays.copyOf(nodes.feature, nodes.count),
                Arrays.copyOf(nodes.threshold, nodes.count),
                Arrays.copyOf(nodes.left, nodes.count),
                Arrays.copyOf(nodes.value, nodes.count));
    }

    private int sample(SplittableRandom random) {
        int chosen = 0;
        for (int row = 0; row < count; row++) {
            if (random.nextDouble() < options.rows) {
                double p = 1 / (1 + Math.exp(-score[row]));
                gradient[row] = weight[row] * ((isRight[row] ? 1 : 0) - p);
                curvature[row] = weight[row] * p * (1 - p);
                order[chosen++] = row;
            }
        }
        return chosen;
    }

    private int[] someFeatures(SplittableRandom random) {
        int[] all = new int[width];
        for (int i = 0; i < width; i++) {
            int other = random.nextInt(i + 1);
            all[i] = all[other];
            all[other] = i;
        }
        int[] some = Arrays.copyOf(all, Math.max(1, (int) Math.round(options.features * width)));
        Arrays.sort(some);
        return some;
    }

    private void grow(SplittableRandom random) {
        int chosen = sample(random);
        int[] features = someFeatures(random);
        Leaf[] leaves = new Leaf[options.leaves];
        leaves[0] = new Leaf(nodes.add(), 0, chosen, features);
        int grown = 1;
        while (grown < options.leaves) {
            int best = -1;
            for (int i = 0; i < grown; i++) {
                if (leaves[i].gain > 1e-9 && (best < 0 || leaves[i].gain > leaves[best].gain)) {
                    best = i;
                }
            }
            if (best < 0) {
                break;
            }
            Leaf parent = leaves[best];
            int middle = partition(parent);
            int left = nodes.split(parent.node, parent.feature, upper[parent.feature][parent.bin]);
            leaves[best] = new Leaf(left, parent.from, middle, features);
            leaves[grown++] = new Leaf(left + 1, middle, parent.to, features);
        }
        for (int i = 0; i < grown; i++) {
            nodes.value[leaves[i].node] =
                    (float) (options.rate * leaves[i].gradients / (leaves[i].curvatures + options.ridge));
        }
    }

    /** Keeps the order of rows on both sides. @return where the right side begins */
    private int partition(Leaf leaf) {
        byte[] of = bins[leaf.feature];
        int middle = leaf.from;
        int later = 0;
        for (int i = leaf.from; i < leaf.to; i++) {
            int row = order[i];
            if (of[row] <= leaf.bin) {
                order[middle++] = row;
            } else {
                spare[later++] = row;
            }
        }
        System.arraycopy(spare, 0, order, middle, later);
        return middle;
    }

    /** All rows, those that the tree did not see too. */
    private void addTo(int root) {
        for (int row = 0; row < count; row++) {
            int node = root;
            while (nodes.feature[node] >= 0) {
                int f = nodes.feature[node];
                int bin = nodes.bin(upper[f], node);
                node = nodes.left[node] + (bins[f][row] <= bin ? 0 : 1);
            }
            score[row] += nodes.value[node];
        }
    }

    /** Rows {@code order[from..to)}, and how best to split them. */
    private final class Leaf {
        final int node;
        final int from;
        final int to;
        double gradients;
        double curvatures;
        double gain;
        int feature;
        int bin;

        Leaf(int node, int from, int to, int[] features) {
            this.node = node;
            this.from = from;
            this.to = to;
            for (int i = from; i < to; i++) {
                gradients += gradient[order[i]];
                curvatures += curvature[order[i]];
            }
            if (to - from >= 2 * least) {
                for (int f : features) {
                    look(f);
                }
            }
        }

        private void look(int f) {
            double[] g = new double[BINS];
            double[] h = new double[BINS];
            int[] n = new int[BINS];
            byte[] of = bins[f];
            for (int i = from; i < to; i++) {
                int row = order[i];
                int b = of[row];
                g[b] += gradient[row];
                h[b] += curvature[row];
                n[b]++;
            }
            double whole = gradients * gradients / (curvatures + options.ridge);
            double leftG = 0;
            double leftH = 0;
            int leftN = 0;
            for (int b = 0; b < upper[f].length; b++) {
                leftG += g[b];
                leftH += h[b];
                leftN += n[b];
                if (leftN >= least && to - from - leftN >= least) {
                    double rightG = gradients - leftG;
                    double found = leftG * leftG / (leftH + options.ridge)
                            + rightG * rightG / (curvatures - leftH + options.ridge)
                            - whole;
                    if (found > gain) {
                        gain = found;
                        feature = f;
                        bin = b;
                    }
                }
            }
        }
    }

    /** The trees so far. */
    private static final class Nodes {
        int count;
        int[] feature = new int[64];
        float[] threshold = new float[64];
        int[] left = new int[64];
        float[] value = new float[64];

        int add() {
            if (count == feature.length) {
                feature = Arrays.copyOf(feature, 2 * count);
                threshold = Arrays.copyOf(threshold, 2 * count);
                left = Arrays.copyOf(left, 2 * count);
                value = Arrays.copyOf(value, 2 * count);
            }
            feature[count] = -1;
            return count++;
        }

        int split(int node, int by, float at) {
            int first = add();
            add();
            feature[node] = by;
            threshold[node] = at;
            left[node] = first;
            return first;
        }

        int bin(float[] upper, int node) {
            return Arrays.binarySearch(upper, threshold[node]);
        }
    }
}
