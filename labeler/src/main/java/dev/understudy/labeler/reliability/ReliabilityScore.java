package dev.understudy.labeler.reliability;

import java.util.Arrays;
import java.util.Comparator;

/**
 * How well reliability tells right labels from wrong ones, against the confidence that the expert states. Pixels that
 * an annotated frame has no class for count as wrong as far as they did in learning.
 *
 * @param cells that were scored, at their middles
 * @param accuracy share of labels that is right
 * @param plainArea area under the risk–coverage curve of the expert's own confidence
 * @param area likewise of the reliability
 * @param plainError expected calibration error of the expert's own confidence, over 15 bins
 * @param error likewise of the reliability
 */
public record ReliabilityScore(
        long cells, double accuracy, double plainArea, double area, double plainError, double error) {
    private static final int BINS = 15;

    /** @param weight of each, above 0: less than 1 for those whose truth is not known, which count as wrong */
    static ReliabilityScore of(boolean[] right, float[] weight, float[] plain, float[] learned) {
        double yes = 0;
        double all = 0;
        for (int i = 0; i < right.length; i++) {
            yes += right[i] ? weight[i] : 0;
            all += weight[i];
        }
        return new ReliabilityScore(
                right.length,
                right.length == 0 ? 0 : yes / all,
                area(right, weight, plain),
                area(right, weight, learned),
                calibrationError(right, weight, plain),
                calibrationError(right, weight, learned));
    }

    /** Ties in the order of the cells. */
    private static double area(boolean[] right, float[] weight, float[] confidence) {
        Integer[] order = new Integer[right.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> -confidence[i]));
        double wrong = 0;
        double seen = 0;
        double sum = 0;
        for (int i : order) {
            wrong += right[i] ? 0 : weight[i];
            seen += weight[i];
            sum += weight[i] * wrong / seen;
        }
        return seen == 0 ? 0 : sum / seen;
    }

    private static double calibrationError(boolean[] right, float[] weight, float[] confidence) {
        double[] off = new double[BINS];
        double all = 0;
        for (int i = 0; i < right.length; i++) {
            int bin = Math.min(BINS - 1, (int) (confidence[i] * BINS));
            off[bin] += weight[i] * ((right[i] ? 1 : 0) - (double) confidence[i]);
            all += weight[i];
        }
        double sum = 0;
        for (double one : off) {
            sum += Math.abs(one);
        }
        return all == 0 ? 0 : sum / all;
    }
}
