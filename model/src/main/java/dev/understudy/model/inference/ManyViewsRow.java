package dev.understudy.model.inference;

import dev.understudy.dataset.store.SegmentationEvidence;
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

    private final float[] row;
    private final float[] merged;
    /** Probability by pixel of the row and competing class. */
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
        this.writer = new EvidenceWriter(evidence, merge.competing());
        this.row = new float[width * outputs];
        this.merged = new float[competing];
        this.mean = new float[width * competing];
        this.votes = new int[views.size() * width];
    }

    @Override
    public void row(int y) {
        Arrays.fill(mean, 0);
        for (int v = 0; v < views.size(); v++) {
            views.get(v).row(y, scratches.get(v), row);
            centre();
            FastExp.exp(row, row, row.length);
            for (int x = 0; x < width; x++) {
                merge(x * outputs);
                votes[v * width + x] = addView(x * competing);
            }
        }
        for (int x = 0; x < width; x++) {
            pixel(y * width + x, x);
        }
    }

    /** Takes the largest logit of each pixel from its others. */
    private void centre() {
        for (int at = 0; at < row.length; at += outputs) {
            float max = row[at];
            for (int c = at + 1; c < at + outputs; c++) {
                max = row[c] > max ? row[c] : max;
            }
            for (int c = at; c < at + outputs; c++) {
                row[c] -= max;
            }
        }
    }

    /** Probabilities of one pixel, from the exponentials in its row, into {@code merged}. */
    private void merge(int at) {
        Arrays.fill(merged, 0);
        float sum = 0;
        for (int c = 0; c < outputs; c++) {
            sum += row[at + c];
            merged[slots[c]] += row[at + c];
        }
        float scale = 1 / sum;
        for (int s = 0; s < competing; s++) {
            merged[s] *= scale;
        }
    }

    /** Adds {@code merged} to the mean; returns its winner. */
    private int addView(int at) {
        float share = 1f / views.size();
        int winner = 0;
        for (int s = 0; s < competing; s++) {
            mean[at + s] += merged[s] * share;
            winner = merged[s] > merged[winner] ? s : winner;
        }
        return winner;
    }

    private void pixel(int pixel, int x) {
        int at = x * competing;
        writer.select(mean, at);
        for (int k = 0; k < writer.kept(); k++) {
            writer.writeClass(pixel, k);
            writer.writeProbability(pixel, k, writer.value(k));
        }
        double entropy = 0;
        for (int s = at; s < at + competing; s++) {
            entropy -= mean[s] > 0 ? mean[s] * Math.log(mean[s]) : 0;
        }
        int agreeing = 0;
        for (int v = 0; v < views.size(); v++) {
            agreeing += votes[v * width + x] == writer.best(0) ? 1 : 0;
        }
        writer.writePixel(pixel, entropy, (float) agreeing / views.size());
    }
}
