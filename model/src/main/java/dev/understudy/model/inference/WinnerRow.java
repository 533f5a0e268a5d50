package dev.understudy.model.inference;

import dev.understudy.dataset.image.LabelMap;

/** Upsamples a row of logits and keeps the largest of each pixel. */
final class WinnerRow implements TopKReducer.RowTask {
    private final RowResampler resampler;
    private final RowResampler.Scratch scratch;
    private final LabelMap labels;
    private final RowRanking ranking;
    /** By class, then by pixel. */
    private final float[][] row;

    WinnerRow(RowResampler resampler, int classes, LabelMap labels) {
        this.resampler = resampler;
        this.scratch = resampler.newScratch();
        this.labels = labels;
        this.ranking = new RowRanking(labels.width(), classes, 1);
        this.row = new float[classes][labels.width()];
    }

    @Override
    public void row(int y) {
        resampler.row(y, scratch, row);
        ranking.rank(row);
        for (int x = 0; x < labels.width(); x++) {
            labels.classes()[y * labels.width() + x] = (byte) ranking.place(0, x);
        }
    }
}
