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
    private final RowRanking ranking;
    private final RowLogarithm logarithm;
    private final EvidenceWriter writer;
    /** By class, then by pixel. */
    private final float[][] logits;

    /** By pixel. */
    private final float[] sum;

    private final float[] weighted;
    private final float[] entropy;
    private final float[] agreement;
    /** By rank, then by pixel. */
    private final float[][] probability;

    SingleViewRow(RowResampler view, int width, int[] labels, SegmentationEvidence evidence) {
        this.view = view;
        this.scratch = view.newScratch();
        this.width = width;
        this.ranking = new RowRanking(width, labels.length, evidence.topK());
        this.logarithm = new RowLogarithm(width);
        this.writer = new EvidenceWriter(evidence, labels, width);
        this.logits = new float[labels.length][width];
        this.sum = new float[width];
        this.weighted = new float[width];
        this.entropy = new float[width];
        this.agreement = new float[width];
        this.probability = new float[evidence.topK()][width];
        Arrays.fill(agreement, 1);
    }

    @Override
    public void row(int y) {
        view.row(y, scratch, logits);
        ranking.rank(logits);
        float[] largest = ranking.values()[0];
        Arrays.fill(sum, 0);
        Arrays.fill(weighted, 0);
        for (float[] logit : logits) {
            FastExp.addDecay(logit, largest, sum, weighted);
        }
        for (int k = 0; k < ranking.kept(); k++) {
            FastExp.decay(ranking.values()[k], largest, probability[k]);
            divide(probability[k], sum);
        }
        writer.writeClasses(y, ranking, probability);
        logarithm.of(sum, entropy);
        for (int x = 0; x < width; x++) {
            entropy[x] -= weighted[x] / sum[x];
        }
        writer.writePixels(y, entropy, agreement);
    }

    private static void divide(float[] values, float[] by) {
        for (int x = 0; x < values.length; x++) {
            values[x] /= by[x];
        }
    }
}
