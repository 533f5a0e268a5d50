package dev.understudy.labeler.reliability;

import java.util.Arrays;
import java.util.Comparator;

/**
 * How well reliability tells right labels from wrong ones, against the confidence that the expert states.
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

    static ReliabilityScore of(boolean[] right, float[] plain, float[] learned) {
        int yes = 0;
        for (boolean one : right) {
            yes += one ? 1 : 0;
        }
        return new ReliabilityScore(
                right.length,
                right.length == 0 ? 0 : (double) yes / right.length,
                area(right, plain),
                area(right, learned),
                calibrationError(right, plain),
                calibrationError(right, learned));
    }

    /** Ties in the order of the cells. */
    private static double area(boolean[] right, float[] confidence) {
        Integer[] order = new Integer[right.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> -confidence[i]));
        long wrong = 0;
        double sum = 0;
        for (int i = 0; i < order.length; i++) {
            wrong += right[order[i]] ? 0 : 1;
            sum += (double) wrong / (i + 1);
        }
        return order.length == 0 ? 0 : sum / order.length;
    }

    private static double calibrationError(boolean[] right, float[] confidence) {
        double[] off = new double[BINS];
        for (int i = 0; i < right.length; i++) {
            int bin = Math.min(BINS - 1, (int) (confidence[i] * BINS));
            off[bin] += (right[i] ? 1 : 0) - (double) confidence[i];
        }
        double sum = 0;
        for (double one : off) {
            sum += Math.abs(one);
        }
        return right.length == 0 ? 0 : sum / right.length;
    }
}
