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
    private final float[] row;

    SingleViewRow(RowResampler view, int width, int[] labels, SegmentationEvidence evidence) {
        this.view = view;
        this.scratch = view.newScratch();
        this.width = width;
        this.classes = labels.length;
        this.writer = new EvidenceWriter(evidence, labels);
        this.row = new float[width * classes];
    }

    @Override
    public void row(int y) {
        view.row(y, scratch, row);
        for (int x = 0; x < width; x++) {
            pixel(y * width + x, x * classes);
        }
    }

    private void pixel(int pixel, int at) {
        writer.select(row, at);
        float max = writer.value(0);
        float sum = 0;
        float weighted = 0;
        for (int c = at; c < at + classes; c++) {
            float z = row[c] - max;
            float e = FastExp.exp(z);
            sum += e;
            weighted += e > 0 ? e * z : e;
        }
        float scale = 1 / sum;
        for (int k = 0; k < writer.kept(); k++) {
            writer.writeClass(pixel, k, FastExp.exp(writer.value(k) - max) * scale);
        }
        writer.writePixel(pixel, Math.log(sum) - weighted * scale, 1);
    }
}
