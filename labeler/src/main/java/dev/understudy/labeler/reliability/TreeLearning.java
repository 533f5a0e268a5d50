package dev.understudy.labeler.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.model.engine.NativeEngine;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Boosts trees for the log-likelihood of yes and no by XGBoost (Chen and Guestrin, KDD 2016), grown best leaf first
 * over histograms of 64 bins a feature, each from a sample of the rows and of the features. One thread: the same rows
 * give the same trees on one kind of processor.
 */
final class TreeLearning {
    private static final int BINS = 64;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param trees how many
     * @param leaves of each tree at most
     * @param rate how much of each tree counts
     * @param rows share of the rows that a tree sees
     * @param features share of the features that a tree sees
     * @param ridge L2 on the leaves
     * @param least curvature in a leaf, which is a quarter of a row that could as well be right as wrong, and less of
     *     others; of few rows five hundredths of a percent of their weight, if that is less
     */
    record Options(int trees, int leaves, double rate, double rows, double features, double ridge, double least) {
        static final Options USUAL = new Options(150, 16, 0.05, 0.4, 0.3, 50, 50);
    }

    private TreeLearning() {}

    /**
     * @param rows {@code width} finite numbers for each example
     * @param weight above 0
     * @param seed of the samples
     * @throws ConfigurationException if XGBoost does not load on this machine
     */
    static BoostedTrees fit(Options options, float[] rows, int width, boolean[] isRight, float[] weight, long seed) {
        // XGBoost asks the system for GCC's OpenMP run-time, which is there once the engine has brought its own
        NativeEngine.cpu();
        double yes = 0;
        double all = 0;
        float[] answers = new float[isRight.length];
        for (int row = 0; row < answers.length; row++) {
            answers[row] = isRight[row] ? 1 : 0;
            yes += isRight[row] ? weight[row] : 0;
            all += weight[row];
        }
        float base = (float) Math.log((yes + 1) / (all - yes + 1));
        try {
            DMatrix data = new DMatrix(rows, answers.length, width, Float.NaN);
            try {
                data.setLabel(answers);
                data.setWeight(weight);
                float[] margins = new float[answers.length];
                Arrays.fill(margins, base);
                data.setBaseMargin(margins);
                return fit(options, data, Math.min(options.least, 0.0005 * all), seed, base);
            } finally {
                data.dispose();
            }
        } catch (XGBoostError | IOException e) {
            throw new IllegalStateException("XGBoost could not learn of " + answers.length + " rows", e);
        } catch (LinkageError e) {
            throw new ConfigurationException(
                    "XGBoost, which learns how far labels can be trusted, does not load on this machine: " + e
                            + "; it needs Linux, macOS or Windows on x86-64 or ARM, and there an OpenMP run-time (libgomp1,"
                            + " libomp or vcomp140.dll)",
                    e);
        }
    }

    private static BoostedTrees fit(Options options, DMatrix data, double least, long seed, float base)
            throws XGBoostError, IOException {
        Map<String, Object> how = Map.ofEntries(
                Map.entry("objective", "binary:logistic"),
                Map.entry("tree_method", "hist"),
                Map.entry("grow_policy", "lossguide"),
                Map.entry("max_bin", BINS),
                Map.entry("max_depth", 0),
                Map.entry("max_leaves", options.leaves),
                Map.entry("eta", options.rate),
                Map.entry("subsample", options.rows),
                Map.entry("colsample_bytree", options.features),
                Map.entry("lambda", options.ridge),
                Map.entry("min_child_weight", least),
                Map.entry("seed", (int) (seed & Integer.MAX_VALUE)),
                Map.entry("nthread", 1),
                Map.entry("verbosity", 0));
        Booster booster = XGBoost.train(data, how, options.trees, Map.of(), null, null);
        try {
            return trees(base, booster);
        } finally {
            booster.dispose();
        }
    }

    /** The trees that XGBoost has grown. @param base log-odds that it was given as the rows' margin */
    static BoostedTrees trees(float base, Booster booster) throws XGBoostError, IOException {
        // By node its children, feature and threshold, at leaves their value instead
        JsonNode trees = JSON.readTree(booster.toByteArray("json")).at("/learner/gradient_booster/model/trees");
        int count = 0;
        for (JsonNode tree : trees) {
            count += tree.get("left_children").size();
        }
        int[] roots = new int[trees.size()];
        int[] feature = new int[count];
        float[] threshold = new float[count];
        int[] left = new int[count];
        float[] value = new float[count];
        int[] theirs = new int[count];
        int end = 0;
        for (int tree = 0; tree < roots.length; tree++) {
            roots[tree] = end;
            theirs[end++] = 0;
            // Numbered anew, row by row: siblings lie side by side, and nodes that were taken back are left out
            for (int node = roots[tree]; node < end; node++) {
                JsonNode from = trees.get(tree);
                int at = theirs[node];
                int child = from.get("left_children").get(at).asInt();
                float number = from.get("split_conditions").get(at).floatValue();
                if (child < 0) {
                    feature[node] = -1;
                    value[node] = number;
                } else {
                    feature[node] = from.get("split_indices").get(at).asInt();
                    // Theirs goes left below its threshold, ours up to it
                    threshold[node] = Math.nextDown(number);
                    left[node] = end;
                    theirs[end++] = child;
                    theirs[end++] = from.get("right_children").get(at).asInt();
                }
            }
        }
        return new BoostedTrees(
                base,
                roots,
                Arrays.copyOf(feature, end),
                Arrays.copyOf(threshold, end),
                Arrays.copyOf(left, end),
                Arrays.copyOf(value, end));
    }
}
