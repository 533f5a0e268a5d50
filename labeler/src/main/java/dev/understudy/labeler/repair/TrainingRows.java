package dev.understudy.labeler.repair;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Sampled pixels: what is known of each and its true class. Its size is all the memory that training takes of frames.
 *
 * @param values [n,width]
 * @param labels [n] true classes
 * @param frames [n] the number of the frame that each is of
 */
record TrainingRows(int width, float[] values, int[] labels, int[] frames) {
    private static final float LEAST_DEVIATION = 0.05f;
    static final float FARTHEST = 6;

    int size() {
        return labels.length;
    }

    /** Those of several samples, in their order. */
    static TrainingRows joined(int width, List<TrainingRows> parts) {
        int n = parts.stream().mapToInt(TrainingRows::size).sum();
        TrainingRows rows = new TrainingRows(width, new float[n * width], new int[n], new int[n]);
        int at = 0;
        for (TrainingRows part : parts) {
            System.arraycopy(part.values(), 0, rows.values(), at * width, part.values().length);
            System.arraycopy(part.labels(), 0, rows.labels(), at, part.size());
            System.arraycopy(part.frames(), 0, rows.frames(), at, part.size());
            at += part.size();
        }
        return rows;
    }

    /** Numbers of the rows of frames for which {@code folds} holds another number than {@code fold}. */
    int[] without(int fold, int[] folds) {
        return IntStream.range(0, size())
                .filter(row -> folds[frames[row]] != fold)
                .toArray();
    }

    /**
     * [classes] by class the logarithm of its share of the rows, one pixel more than there are, so that it is finite.
     */
    float[] logShares(int classes) {
        int[] counts = new int[classes];
        for (int label : labels) {
            counts[label]++;
        }
        float[] logs = new float[classes];
        for (int i = 0; i < classes; i++) {
            logs[i] = (float) StrictMath.log((counts[i] + 1.0) / (size() + classes));
        }
        return logs;
    }

    /** Mean and deviation of every column, the deviation not below {@value #LEAST_DEVIATION}. */
    Scale scale() {
        double[] sums = new double[width];
        double[] squares = new double[width];
        for (int i = 0; i < values.length; i++) {
            sums[i % width] += values[i];
            squares[i % width] += (double) values[i] * values[i];
        }
        float[] mean = new float[width];
        float[] deviation = new float[width];
        for (int column = 0; column < width; column++) {
            double middle = sums[column] / size();
            mean[column] = (float) middle;
            double variance = Math.max(0, squares[column] / size() - middle * middle);
            deviation[column] = Math.max(LEAST_DEVIATION, (float) Math.sqrt(variance));
        }
        return new Scale(mean, deviation);
    }

    /** Brings every column to mean 0 and deviation 1. @param mean by column @param deviation by column, above 0 */
    record Scale(float[] mean, float[] deviation) {
        /** In place; what is far out is cut off. */
        void apply(float[] rows) {
            int width = mean.length;
            for (int from = 0; from < rows.length; from += width) {
                for (int i = 0; i < width; i++) {
                    float z = (rows[from + i] - mean[i]) / deviation[i];
                    rows[from + i] = Math.min(FARTHEST, Math.max(-FARTHEST, z));
                }
            }
        }
    }
}
