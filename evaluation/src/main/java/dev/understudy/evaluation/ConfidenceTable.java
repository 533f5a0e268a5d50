package dev.understudy.evaluation;

import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.util.ArrayList;
import java.util.List;

/**
 * How often the most probable class was right, by that class and by the stored level of its probability (level ÷ 255).
 * Exact, since evidence is stored in these 256 levels. Pixels without truth or without a label are not counted.
 *
 * <p>Not safe for use by several threads: give each its own and {@link #merge}.
 */
public final class ConfidenceTable {
    /** Guo et al. 2017. */
    public static final int BINS = 15;

    private static final int LEVELS = LevelHistogram.LEVELS;
    private static final double TOP = LEVELS - 1;

    private final int classes;
    private final long[] total;
    private final long[] right;

    /** @param classes 1–255 */
    public ConfidenceTable(int classes) {
        if (classes < 1 || classes > LabelMap.IGNORE) {
            throw new IllegalArgumentException(classes + " classes, expected 1 to " + LabelMap.IGNORE);
        }
        this.classes = classes;
        this.total = new long[classes * LEVELS];
        this.right = new long[classes * LEVELS];
    }

    /** Counts one frame. @throws IllegalArgumentException if the sizes differ or a label is no class */
    public void add(LabelMap truth, SegmentationEvidence evidence) {
        if (truth.classes().length != evidence.pixels()) {
            throw new IllegalArgumentException(
                    "evidence of " + evidence.pixels() + " pixels for a truth of " + truth.classes().length);
        }
        for (int pixel = 0; pixel < truth.classes().length; pixel++) {
            int actual = truth.classAt(pixel);
            int predicted = evidence.classes()[pixel] & 0xFF;
            if (actual != LabelMap.IGNORE && predicted != LabelMap.IGNORE) {
                add(predicted, evidence.probability()[pixel] & 0xFF, actual == predicted);
            }
        }
    }

    /** Counts one pixel. */
    public void add(int label, int level, boolean isRight) {
        if (label >= classes) {
            throw new IllegalArgumentException("class " + label + ", expected 0 to " + (classes - 1));
        }
        total[label * LEVELS + level]++;
        right[label * LEVELS + level] += isRight ? 1 : 0;
    }

    public void merge(ConfidenceTable other) {
        if (other.classes != classes) {
            throw new IllegalArgumentException(other.classes + " classes merged into " + classes);
        }
        for (int i = 0; i < total.length; i++) {
            total[i] += other.total[i];
            right[i] += other.right[i];
        }
    }

    public int classes() {
        return classes;
    }

    /** Pixels of label {@code label} at {@code level}. */
    public long total(int label, int level) {
        return total[label * LEVELS + level];
    }

    /** Those of {@link #total(int, int)} that are right. */
    public long right(int label, int level) {
        return right[label * LEVELS + level];
    }

    public long pixels() {
        long sum = 0;
        for (long count : total) {
            sum += count;
        }
        return sum;
    }

    public long pixels(int label) {
        long sum = 0;
        for (int level = 0; level < LEVELS; level++) {
            sum += total(label, level);
        }
        return sum;
    }

    /** Share of the pixels that are right; NaN when there are none. */
    public double accuracy() {
        long sum = 0;
        for (long count : right) {
            sum += count;
        }
        return (double) sum / pixels();
    }

    /**
     * The expected calibration error: |accuracy − mean confidence| over 15 bins of equal width, weighted by pixels. NaN
     * when there are no pixels.
     */
    public double calibrationError() {
        return error(reliability(0, classes));
    }

    /**
     * The mean over labels that occur of each label's own calibration error, so that a rare class counts as much as a
     * wall. Only pixels that carry the label are asked ("top-label"), as the store does not keep the probability of all
     * classes.
     */
    public double classCalibrationError() {
        double sum = 0;
        int counted = 0;
        for (int label = 0; label < classes; label++) {
            double error = calibrationError(label);
            if (!Double.isNaN(error)) {
                sum += error;
                counted++;
            }
        }
        return counted == 0 ? Double.NaN : sum / counted;
    }

    /** {@link #calibrationError()} of the pixels with one label; NaN when there are none. */
    public double calibrationError(int label) {
        return error(reliability(label, label + 1));
    }

    /** The reliability diagram: 15 bins in order, empty ones included. */
    public List<ReliabilityBin> reliability() {
        return reliability(0, classes);
    }

    private List<ReliabilityBin> reliability(int from, int to) {
        long[] pixels = new long[BINS];
        long[] good = new long[BINS];
        long[] levelSum = new long[BINS];
        for (int level = 0; level < LEVELS; level++) {
            int bin = bin(level);
            for (int label = from; label < to; label++) {
                pixels[bin] += total(label, level);
                good[bin] += right(label, level);
                levelSum[bin] += level * total(label, level);
            }
        }
        List<ReliabilityBin> bins = new ArrayList<>();
        for (int bin = 0; bin < BINS; bin++) {
            bins.add(new ReliabilityBin(
                    (double) bin / BINS,
                    (bin + 1.0) / BINS,
                    pixels[bin],
                    levelSum[bin] / (TOP * pixels[bin]),
                    (double) good[bin] / pixels[bin]));
        }
        return bins;
    }

    /** Bins are open below and closed above, as Guo et al. have them; 0 is in the first. */
    private static int bin(int level) {
        return Math.max(0, (level * BINS + LEVELS - 2) / (LEVELS - 1) - 1);
    }

    private static double error(List<ReliabilityBin> bins) {
        double sum = 0;
        long pixels = 0;
        for (ReliabilityBin bin : bins) {
            if (bin.pixels() > 0) {
                sum += bin.pixels() * Math.abs(bin.accuracy() - bin.confidence());
                pixels += bin.pixels();
            }
        }
        return sum / pixels;
    }

    /**
     * The pixels whose confidence is above {@code low} and at most {@code high}.
     *
     * @param confidence their mean; NaN when there are none
     * @param accuracy the share that is right; NaN when there are none
     */
    public record ReliabilityBin(double low, double high, long pixels, double confidence, double accuracy) {}
}
