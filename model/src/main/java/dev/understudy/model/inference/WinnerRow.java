package dev.understudy.model.inference;

import dev.understudy.dataset.image.LabelMap;

/** Upsamples a row of logits and keeps the largest of each pixel. */
final class WinnerRow implements TopKReducer.RowTask {
    private final RowResampler resampler;
    private final int classes;
    private final LabelMap labels;
    private final RowResampler.Scratch scratch;
    private final float[] row;

    WinnerRow(RowResampler resampler, int classes, LabelMap labels) {
        this.resampler = resampler;
        this.classes = classes;
        this.labels = labels;
        this.scratch = resampler.newScratch();
        this.row = new float[labels.width() * classes];
    }

    @Override
    public void row(int y) {
        resampler.row(y, scratch, row);
        int out = y * labels.width();
        for (int at = 0; at < row.length; at += classes) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (row[at + c] > row[at + best]) {
                    best = c;
                }
            }
            labels.classes()[out++] = (byte) best;
        }
    }
}
