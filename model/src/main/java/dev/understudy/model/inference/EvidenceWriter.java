package dev.understudy.model.inference;

import dev.understudy.dataset.evidence.SegmentationEvidence;

/** Writes rows of evidence down, quantised. One thread's own. */
final class EvidenceWriter {
    private final SegmentationEvidence evidence;
    private final int[] labels;
    private final int width;
    private final float greatestEntropy;

    /** @param labels the class index of each place that competes */
    EvidenceWriter(SegmentationEvidence evidence, int[] labels, int width) {
        this.evidence = evidence;
        this.labels = labels;
        this.width = width;
        this.greatestEntropy = (float) Math.log(Math.max(2, labels.length));
    }

    /** @param probability by rank, as many as are kept, then by pixel */
    void writeClasses(int y, RowRanking ranking, float[][] probability) {
        int pixels = evidence.entropy().length;
        for (int k = 0; k < ranking.kept(); k++) {
            int to = k * pixels + y * width;
            for (int x = 0; x < width; x++) {
                evidence.classes()[to + x] = (byte) labels[ranking.place(k, x)];
                evidence.probability()[to + x] = quantised(probability[k][x]);
            }
        }
    }

    /**
     * @param entropy by pixel, in nats
     * @param agreement share of views
     */
    void writePixels(int y, float[] entropy, float[] agreement) {
        for (int x = 0; x < width; x++) {
            evidence.entropy()[y * width + x] = quantised(entropy[x] / greatestEntropy);
            evidence.agreement()[y * width + x] = quantised(agreement[x]);
        }
    }

    private static byte quantised(float share) {
        int level = (int) (share * 255 + 0.5f);
        return (byte) Math.min(Math.max(level, 0), 255);
    }
}
