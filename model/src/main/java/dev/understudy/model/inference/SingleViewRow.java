package dev.understudy.model.inference;

import dev.understudy.dataset.store.SegmentationEvidence;

/**
 * Turns one row of logits into evidence, for one view whose outputs are the classes. Ranks by logit, so that only the
 * classes that are kept need their probability.
 */
final class SingleViewRow implements TopKReducer.RowTask {
    private final RowResampler view;
    private final RowResampler.Scratch scratch;
    private final int width;
    private final int classes;
    private final EvidenceWriter writer;
    /** By pixel of the row and class; then less the largest of the pixel. */
    private final float[] logits;

    private final float[] exponentials;
    /** By pixel of the row and rank: a place in these. */
    private final int[] best;

    SingleViewRow(RowResampler view, int width, int[] labels, SegmentationEvidence evidence) {
        this.view = view;
        this.scratch = view.newScratch();
        this.width = width;
        this.classes = labels.length;
        this.writer = new EvidenceWriter(evidence, labels);
        this.logits = new float[width * classes];
        this.exponentials = new float[width * classes];
        this.best = new int[width * writer.kept()];
    }

    @Override
    public void row(int y) {
        view.row(y, scratch, logits);
        for (int x = 0; x < width; x++) {
            select(y * width + x, x);
        }
        FastExp.exp(logits, exponentials, logits.length);
        for (int x = 0; x < width; x++) {
            write(y * width + x, x);
        }
    }

    /** Ranks the classes of a pixel, and takes the largest logit from all of them. */
    private void select(int pixel, int x) {
        int at = x * classes;
        writer.select(logits, at);
        for (int k = 0; k < writer.kept(); k++) {
            writer.writeClass(pixel, k);
            best[x * writer.kept() + k] = at + writer.best(k);
        }
        float max = writer.value(0);
        for (int c = at; c < at + classes; c++) {
            logits[c] = Math.max(logits[c] - max, FastExp.FLOOR);
        }
    }

    private void write(int pixel, int x) {
        int at = x * classes;
        float sum = 0;
        float weighted = 0;
        for (int c = at; c < at + classes; c++) {
            float e = exponentials[c];
            sum += e;
            weighted += e * logits[c];
        }
        float scale = 1 / sum;
        for (int k = 0; k < writer.kept(); k++) {
            writer.writeProbability(pixel, k, exponentials[best[x * writer.kept() + k]] * scale);
        }
        writer.writePixel(pixel, Math.log(sum) - weighted * scale, 1);
    }
}
