package dev.understudy.labeler.calibration;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.ConfidenceTable;
import java.util.Arrays;

/**
 * Labelled pixels to fit a calibration to: the exact table of all of them, and the stored levels of at most a few
 * million, every n-th pixel of each frame. Not safe for use by several threads.
 */
public final class CalibrationSample {
    private static final long MOST_PIXELS = 3_000_000;

    private final int classes;
    private final ConfidenceTable table;
    private final int step;
    private int topK;
    private int size;
    /** By pixel: K levels, the most probable class, and the truth's place among the K, K if it is not among them. */
    private byte[] rows = new byte[1 << 16];

    /**
     * @param classes of the space
     * @param expectedPixels about how many pixels will be added; decides how many are kept
     */
    public CalibrationSample(int classes, long expectedPixels) {
        this.classes = classes;
        this.table = new ConfidenceTable(classes);
        this.step = (int) Math.max(1, (expectedPixels + MOST_PIXELS - 1) / MOST_PIXELS);
    }

    /** @param evidence with all classes that the store keeps, as stored */
    public void add(LabelMap truth, SegmentationEvidence evidence) {
        table.add(truth, evidence);
        if (topK != 0 && topK != evidence.topK()) {
            throw new IllegalArgumentException("top-" + evidence.topK() + " evidence in a sample of top-" + topK);
        }
        topK = evidence.topK();
        for (int pixel = 0; pixel < evidence.pixels(); pixel += step) {
            if (truth.classAt(pixel) != LabelMap.IGNORE && (evidence.classes()[pixel] & 0xFF) != LabelMap.IGNORE) {
                keep(evidence, pixel, truth.classes()[pixel]);
            }
        }
    }

    private void keep(SegmentationEvidence evidence, int pixel, byte actual) {
        int at = size * stride();
        if (at + stride() > rows.length) {
            rows = Arrays.copyOf(rows, Math.multiplyExact(rows.length, 2));
        }
        int place = topK;
        for (int k = 0; k < topK; k++) {
            int from = k * evidence.pixels() + pixel;
            rows[at + k] = evidence.probability()[from];
            place = evidence.classes()[from] == actual ? k : place;
        }
        rows[at + topK] = evidence.classes()[pixel];
        rows[at + topK + 1] = (byte) place;
        size++;
    }

    private int stride() {
        return topK + 2;
    }

    /** Of all pixels that were added. */
    public ConfidenceTable table() {
        return table;
    }

    int classes() {
        return classes;
    }

    int topK() {
        return topK;
    }

    /** Pixels whose levels are kept. */
    int size() {
        return size;
    }

    int level(int row, int k) {
        return rows[row * stride() + k] & 0xFF;
    }

    /** The most probable class. */
    int label(int row) {
        return rows[row * stride() + topK] & 0xFF;
    }

    /** The truth's place among the top K; K if it is not among them. */
    int place(int row) {
        return rows[row * stride() + topK + 1] & 0xFF;
    }
}
