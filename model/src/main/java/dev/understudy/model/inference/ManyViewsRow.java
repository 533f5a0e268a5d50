package dev.understudy.model.inference;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import java.util.Arrays;
import java.util.List;

/** Turns one row of logits into evidence, for several views, or outputs that are merged into the user's classes. */
final class ManyViewsRow implements TopKReducer.RowTask {
    private final List<RowResampler> views;
    private final List<RowResampler.Scratch> scratches;
    private final int width;
    private final int[] slots;
    private final EvidenceWriter writer;
    private final RowRanking winners;
    private final RowRanking ranking;
    private final RowLogarithm logarithm;

    /** By output, then by pixel. */
    private final float[][] logits;

    /** By pixel, as the next. */
    private final float[] largest;

    private final float[] exponentials;
    private final float[] sum;
    private final float[] entropy;
    private final float[] agreement;
    /** By competing class, then by pixel: probability in one view, times {@code sum}, and its mean. */
    private final float[][] merged;

    private final float[][] mean;
    /** Winner by view, then by pixel. */
    private final int[][] votes;

    ManyViewsRow(List<RowResampler> views, int width, ClassMerge merge, SegmentationEvidence evidence) {
        int competing = merge.competing().length;
        this.views = views;
        this.scratches = views.stream().map(RowResampler::newScratch).toList();
        this.width = width;
        this.slots = merge.slots();
        this.writer = new EvidenceWriter(evidence, merge.competing(), width);
        this.winners = new RowRanking(width, competing, 1);
        this.ranking = new RowRanking(width, competing, evidence.topK());
        this.logarithm = new RowLogarithm(width);
        this.logits = new float[slots.length][width];
        this.largest = new float[width];
        this.exponentials = new float[width];
        this.sum = new float[width];
        this.entropy = new float[width];
        this.agreement = new float[width];
        this.merged = new float[competing][width];
        this.mean = new float[competing][width];
        this.votes = new int[views.size()][width];
    }

    @Override
    public void row(int y) {
        clear(mean);
        for (int v = 0; v < views.size(); v++) {
            views.get(v).row(y, scratches.get(v), logits);
            addView(v);
        }
        ranking.rank(mean);
        writer.writeClasses(y, ranking, ranking.values());
        Arrays.fill(entropy, 0);
        for (float[] probability : mean) {
            logarithm.addEntropy(probability, entropy);
        }
        agree();
        writer.writePixels(y, entropy, agreement);
    }

    private void addView(int view) {
        Arrays.fill(largest, Float.NEGATIVE_INFINITY);
        for (float[] logit : logits) {
            raise(largest, logit);
        }
        clear(merged);
        Arrays.fill(sum, 0);
        for (int c = 0; c < logits.length; c++) {
            FastExp.decay(logits[c], largest, exponentials);
            add(exponentials, sum, merged[slots[c]]);
        }
        if (views.size() > 1) {
            winners.rank(merged);
            for (int x = 0; x < width; x++) {
                votes[view][x] = winners.place(0, x);
            }
        }
        float share = 1f / views.size();
        for (int x = 0; x < width; x++) {
            sum[x] = share / sum[x];
        }
        for (int c = 0; c < merged.length; c++) {
            addProduct(merged[c], sum, mean[c]);
        }
    }

    private static void raise(float[] largest, float[] values) {
        for (int x = 0; x < largest.length; x++) {
            largest[x] = Math.max(largest[x], values[x]);
        }
    }

    private static void add(float[] values, float[] to, float[] andTo) {
        for (int x = 0; x < values.length; x++) {
            to[x] += values[x];
            andTo[x] += values[x];
        }
    }

    private static void addProduct(float[] values, float[] factors, float[] to) {
        for (int x = 0; x < values.length; x++) {
            to[x] += values[x] * factors[x];
        }
    }

    private static void clear(float[][] rows) {
        for (float[] row : rows) {
            Arrays.fill(row, 0);
        }
    }

    private void agree() {
        Arrays.fill(agreement, views.size() > 1 ? 0 : 1);
        if (views.size() > 1) {
            for (int[] winners : votes) {
                for (int x = 0; x < width; x++) {
                    agreement[x] += winners[x] == ranking.place(0, x) ? 1 : 0;
                }
            }
            for (int x = 0; x < width; x++) {
                agreement[x] /= views.size();
            }
        }
    }
}
