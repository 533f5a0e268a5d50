package dev.understudy.labeler.calibration;

import dev.understudy.evaluation.confidence.ConfidenceTable;
import dev.understudy.store.StoreDescription.Calibration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Isotonic regression by pooling adjacent violators, over the exact table of levels. First over all classes; then for each
 * class, whose table is joined by {@value #PRIOR} pixels a level that behave as all classes do, so that a rare class follows
 * the others where it has nothing to say for itself.
 */
final class IsotonicFit {
    private static final double PRIOR = 10;

    private IsotonicFit() {}

    static Calibration fit(ConfidenceTable table) {
        if (table.pixels() == 0) {
            throw new IllegalArgumentException("no labelled pixels to fit to");
        }
        double[] all = common(table);
        List<Double> probability = new ArrayList<>();
        for (int label = 0; label < table.classes(); label++) {
            double[] weight = new double[256];
            double[] right = new double[256];
            for (int level = 0; level < 256; level++) {
                weight[level] = table.total(label, level) + PRIOR;
                right[level] = table.right(label, level) + PRIOR * all[level];
            }
            for (double value : pool(weight, right)) {
                probability.add(Math.rint(value * 1e5) / 1e5);
            }
        }
        return new Calibration(CalibrationMethod.ISOTONIC.key(), Map.of("probability", probability));
    }

    /** A level that does not occur counts as a thousandth of a pixel that is as right as it says. */
    private static double[] common(ConfidenceTable table) {
        double[] weight = new double[256];
        double[] right = new double[256];
        for (int level = 0; level < 256; level++) {
            weight[level] = 1e-3;
            right[level] = 1e-3 * level / 255;
            for (int label = 0; label < table.classes(); label++) {
                weight[level] += table.total(label, level);
                right[level] += table.right(label, level);
            }
        }
        return pool(weight, right);
    }

    /** The non-decreasing sequence that is nearest to {@code sum[i] / weight[i]} in weighted squares. */
    static double[] pool(double[] weight, double[] sum) {
        int n = weight.length;
        double[] blockWeight = new double[n];
        double[] blockSum = new double[n];
        int[] blockEnd = new int[n];
        int blocks = 0;
        for (int i = 0; i < n; i++) {
            blockWeight[blocks] = weight[i];
            blockSum[blocks] = sum[i];
            blockEnd[blocks] = i + 1;
            blocks++;
            while (blocks > 1
                    && blockSum[blocks - 2] * blockWeight[blocks - 1]
                            >= blockSum[blocks - 1] * blockWeight[blocks - 2]) {
                blockWeight[blocks - 2] += blockWeight[blocks - 1];
                blockSum[blocks - 2] += blockSum[blocks - 1];
                blockEnd[blocks - 2] = blockEnd[blocks - 1];
                blocks--;
            }
        }
        double[] fitted = new double[n];
        int from = 0;
        for (int block = 0; block < blocks; block++) {
            java.util.Arrays.fill(fitted, from, blockEnd[block], blockSum[block] / blockWeight[block]);
            from = blockEnd[block];
        }
        return fitted;
    }
}
