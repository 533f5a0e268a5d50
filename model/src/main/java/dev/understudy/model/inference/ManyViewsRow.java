package dev.understudy.model.inference;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import java.util.Arrays;
import java.util.List;

/** Turns one row of logits into evidence, for several views, or outputs that are merged into the user's classes. */
final class ManyViewsRow implements TopKReducer.RowTask {
    private final List<RowResampler> views;
    private final List<RowResampler.Scratch> scratches;
    private final int width;
    private final int outputs;
    private final int[] slots;
    private final int competing;
    private final EvidenceWriter writer;
    private final RowRanking largest;
    private final RowRanking winners;
    private final RowRanking ranking;

    /** Output by output, as the next. */
    private final float[] logits;

    private final float[] exponentials;
    /** By pixel, as the next. */
    private final float[] sum;

    private final double[] entropy;
    /** Competing class by competing class: probability in one view, and its mean. */
    private final float[] merged;

    private final float[] mean;
    /** Winner by view and pixel of the row. */
    private final int[] votes;

    ManyViewsRow(List<RowResampler> views, int width, ClassMerge merge, SegmentationEvidence evidence) {
        this.views = views;
        this.scratches = views.stream().map(RowResampler::newScratch).toList();
        this.width = width;
        this.outputs = merge.target().length;
        this.slots = merge.slots();
        this.competing = merge.competing().length;
        this.writer = new EvidenceWriter(evidence, merge.competing(), width);
        this.largest = new RowRanking(width, outputs, 1);
        this.winners = new RowRanking(width, competing, 1);
        this.ranking = new RowRanking(width, competing, evidence.topK());
        this.logits = new float[outputs * width];
        this.exponentials = new float[outputs * width];
        this.sum = new float[width];
        this.entropy = new double[width];
        this.merged = new float[competing * width];
        this.mean = new float[competing * width];
        this.votes = new int[views.size() * width];
    }

    @Override
    public void row(int y) {
        Arrays.fill(mean, 0);
        for (int v = 0; v < views.size(); v++) {
            views.get(v).row(y, scratches.get(v), logits);
            centre();
            FastExp.exp(logits, exponentials, logits.length);
            merge();
            addView(v);
        }
        ranking.rank(mean);
        writer.writeClasses(y, ranking, ranking.values());
        addEntropy();
        for (int x = 0; x < width; x++) {
            writer.writePixel(y, x, (float) entropy[x], agreement(x));
        }
    }

    /** Takes the largest logit of each pixel from its others. */
    private void centre() {
        largest.rank(logits);
        float[] most = largest.values();
        for (int at = 0; at < logits.length; at += width) {
            for (int x = 0; x < width; x++) {
                logits[at + x] -= most[x];
            }
        }
    }

    /** Probabilities of one view, from the exponentials, into {@code merged}. */
    private void merge() {
        Arrays.fill(merged, 0);
        Arrays.fill(sum, 0);
        for (int c = 0; c < outputs; c++) {
            int from = c * width;
            int to = slots[c] * width;
            for (int x = 0; x < width; x++) {
                sum[x] += exponentials[from + x];
                merged[to + x] += exponentials[from + x];
            }
        }
        for (int at = 0; at < merged.length; at += width) {
            for (int x = 0; x < width; x++) {
                merged[at + x] /= sum[x];
            }
        }
    }

    private void addView(int view) {
        float share = 1f / views.size();
        for (int i = 0; i < mean.length; i++) {
            mean[i] += merged[i] * share;
        }
        winners.rank(merged);
        for (int x = 0; x < width; x++) {
            votes[view * width + x] = winners.place(0, x);
        }
    }

    private void addEntropy() {
        Arrays.fill(entropy, 0);
        for (int at = 0; at < mean.length; at += width) {
            for (int x = 0; x < width; x++) {
                float p = mean[at + x];
                entropy[x] -= p > 0 ? p * Math.log(p) : 0;
            }
        }
    }

    private float agreement(int x) {
        int agreeing = 0;
        for (int at = x; at < votes.length; at += width) {
            agreeing += votes[at] == ranking.place(0, x) ? 1 : 0;
        }
        return (float) agreeing / views.size();
    }
}
