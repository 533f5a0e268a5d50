package dev.understudy.labeler.repair;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Sampled pixels: what is known of each and its true class. Its size is all the memory that training takes of frames.
 *
 * @param values [n,width]
 * @param said [n,classes] what the experts say, as {@link ExpertPrior} reads it
 * @param labels [n] true classes
 * @param frames [n] the number of the frame that each is of
 */
record TrainingRows(int width, int classes, float[] values, float[] said, int[] labels, int[] frames) {
    private static final float LEAST_DEVIATION = 0.05f;
    static final float FARTHEST = 6;

    int size() {
        return labels.length;
    }

    /** Of {@code n} pixels that are yet to be filled in. */
    static TrainingRows empty(int width, int classes, int n) {
        return new TrainingRows(width, classes, new float[n * width], new float[n * classes], new int[n], new int[n]);
    }

    /** Those of several samples, in their order. */
    static TrainingRows joined(int width, int classes, List<TrainingRows> parts) {
        int n = parts.stream().mapToInt(TrainingRows::size).sum();
        TrainingRows rows = TrainingRows.empty(width, classes, n);
        int at = 0;
        for (TrainingRows part : parts) {
            System.arraycopy(part.values(), 0, rows.values(), at * width, part.values().length);
            System.arraycopy(part.said(), 0, rows.said(), at * classes, part.said().length);
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

    /** Those of the given numbers. */
    TrainingRows picked(int[] used) {
        TrainingRows rows = empty(width, classes, used.length);
        for (int i = 0; i < used.length; i++) {
            System.arraycopy(values, used[i] * width, rows.values, i * width, width);
            System.arraycopy(said, used[i] * classes, rows.said, i * classes, classes);
            rows.labels[i] = labels[used[i]];
            rows.frames[i] = frames[used[i]];
        }
        return rows;
    }

    /** [classes] by class its share of these rows, one pixel more than there are, so that none is 0. */
    double[] shares(int[] used) {
        int[] counts = new int[classes];
        for (int row : used) {
            counts[labels[row]]++;
        }
        double[] shares = new double[classes];
        for (int i = 0; i < classes; i++) {
            shares[i] = (counts[i] + 1.0) / (used.length + classes);
        }
        return shares;
    }

    /** The likeliest class of a row, of equals the first. @param probabilities [n,classes] */
    int best(float[] probabilities, int row) {
        int best = 0;
        for (int i = 1; i < classes; i++) {
            best = probabilities[row * classes + i] > probabilities[row * classes + best] ? i : best;
        }
        return best;
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
