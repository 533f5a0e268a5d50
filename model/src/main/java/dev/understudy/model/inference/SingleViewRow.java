package dev.understudy.model.inference;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import java.util.Arrays;

/**
 * Turns one row of logits into evidence, for one view whose outputs are the classes. Ranks by logit, so that only the
 * classes that are kept need their probability.
 */
final class SingleViewRow implements TopKReducer.RowTask {
    private final RowResampler view;
    private final RowResampler.Scratch scratch;
    private final int width;
    private final int classes;
    private final RowRanking ranking;
    private final EvidenceWriter writer;
    /** Class by class. */
    private final float[] logits;

    /** Logits of one class, or rank, less the largest of the pixel; then their exponentials. By pixel, as all below. */
    private final float[] centred;

    private final float[] exponentials;
    private final float[] sum;
    private final float[] weighted;
    /** Rank by rank. */
    private final float[] probability;

    SingleViewRow(RowResampler view, int width, int[] labels, SegmentationEvidence evidence) {
        this.view = view;
        this.scratch = view.newScratch();
        this.width = width;
        this.classes = labels.length;
        this.ranking = new RowRanking(width, classes, evidence.topK());
        this.writer = new EvidenceWriter(evidence, labels, width);
        this.logits = new float[classes * width];
        this.centred = new float[width];
        this.exponentials = new float[width];
        this.sum = new float[width];
        this.weighted = new float[width];
        this.probability = new float[evidence.topK() * width];
    }

    @Override
    public void row(int y) {
        view.row(y, scratch, logits);
        ranking.rank(logits);
        Arrays.fill(sum, 0);
        Arrays.fill(weighted, 0);
        for (int c = 0; c < classes; c++) {
            exponentiate(logits, c * width);
            add();
        }
        for (int k = 0; k < ranking.kept(); k++) {
            exponentiate(ranking.values(), k * width);
            for (int x = 0; x < width; x++) {
                probability[k * width + x] = exponentials[x] / sum[x];
            }
        }
        writer.writeClasses(y, ranking, probability);
        for (int x = 0; x < width; x++) {
            writer.writePixel(y, x, (float) Math.log(sum[x]) - weighted[x] / sum[x], 1);
        }
    }

    private void exponentiate(float[] scores, int at) {
        // A loop over arrays that start at different places would not become vector instructions.
        System.arraycopy(scores, at, centred, 0, width);
        float[] largest = ranking.values();
        for (int x = 0; x < width; x++) {
            centred[x] = Math.max(centred[x] - largest[x], FastExp.FLOOR);
        }
        FastExp.exp(centred, exponentials, width);
    }

    private void add() {
        for (int x = 0; x < width; x++) {
            sum[x] += exponentials[x];
            weighted[x] += exponentials[x] * centred[x];
        }
    }
}
