package dev.understudy.model.inference;

import dev.understudy.dataset.store.SegmentationEvidence;
import java.util.Arrays;
import java.util.List;

/** Turns one row of logits, seen in one or several views, into evidence. */
final class EvidenceRow implements TopKReducer.RowTask {
    private final List<RowResampler> views;
    private final List<RowResampler.Scratch> scratches;
    private final int width;
    private final int outputs;
    private final boolean mergeNothing;
    private final int[] slots;
    private final int[] competing;
    private final SegmentationEvidence evidence;

    private final float[] row;
    /** Probability by pixel of the row and competing class. */
    private final float[] mean;

    private final float[] probability;
    private final float[] entropy;
    /** Winner by view and pixel of the row. */
    private final int[] votes;

    private final float[] bestValues;
    private final int[] best;

    EvidenceRow(List<RowResampler> views, int width, ClassMerge merge, SegmentationEvidence evidence) {
        this.views = views;
        this.scratches = views.stream().map(RowResampler::newScratch).toList();
        this.width = width;
        this.outputs = merge.target().length;
        this.mergeNothing = merge.isIdentity();
        this.slots = merge.slots();
        this.competing = merge.competing();
        this.evidence = evidence;
        this.row = new float[width * outputs];
        this.mean = new float[width * competing.length];
        this.probability = new float[outputs];
        this.entropy = new float[width];
        this.votes = new int[views.size() * width];
        this.bestValues = new float[evidence.topK()];
        this.best = new int[evidence.topK()];
    }

    @Override
    public void row(int y) {
        boolean simple = views.size() == 1 && mergeNothing;
        Arrays.fill(mean, 0);
        for (int v = 0; v < views.size(); v++) {
            views.get(v).row(y, scratches.get(v), row);
            for (int x = 0; x < width; x++) {
                entropy[x] = softmax(x * outputs);
                if (simple) {
                    System.arraycopy(probability, 0, mean, x * outputs, outputs);
                } else {
                    addView(v, x);
                }
            }
        }
        for (int x = 0; x < width; x++) {
            if (!simple) {
                entropy[x] = entropyOf(x * competing.length);
            }
            write(y * width + x, x);
        }
    }

    /** Softmax of one pixel into {@code probability}; returns its entropy in nats. */
    private float softmax(int at) {
        float max = row[at];
        for (int c = 1; c < outputs; c++) {
            max = Math.max(max, row[at + c]);
        }
        float sum = 0;
        float weighted = 0;
        for (int c = 0; c < outputs; c++) {
            float z = row[at + c] - max;
            float e = FastExp.exp(z);
            probability[c] = e;
            sum += e;
            weighted += e * z;
        }
        float scale = 1 / sum;
        for (int c = 0; c < outputs; c++) {
            probability[c] *= scale;
        }
        return (float) Math.log(sum) - weighted * scale;
    }

    private void addView(int view, int x) {
        int at = x * competing.length;
        float share = 1f / views.size();
        float[] merged = new float[competing.length];
        for (int c = 0; c < outputs; c++) {
            merged[slots[c]] += probability[c];
        }
        int winner = 0;
        for (int s = 0; s < merged.length; s++) {
            mean[at + s] += merged[s] * share;
            winner = merged[s] > merged[winner] ? s : winner;
        }
        votes[view * width + x] = winner;
    }

    private float entropyOf(int at) {
        double sum = 0;
        for (int s = 0; s < competing.length; s++) {
            float p = mean[at + s];
            sum -= p > 0 ? p * Math.log(p) : 0;
        }
        return (float) sum;
    }

    private void write(int pixel, int x) {
        selectBest(x * competing.length);
        int pixels = evidence.entropy().length;
        for (int k = 0; k < best.length; k++) {
            evidence.classes()[k * pixels + pixel] = (byte) competing[best[k]];
            evidence.probability()[k * pixels + pixel] = quantised(bestValues[k]);
        }
        double most = Math.log(Math.max(2, competing.length));
        evidence.entropy()[pixel] = quantised((float) (entropy[x] / most));
        evidence.agreement()[pixel] = agreement(x);
    }

    /** Insertion into a short sorted list; equal values keep the order of their classes. */
    private void selectBest(int at) {
        int k = best.length;
        Arrays.fill(bestValues, Float.NEGATIVE_INFINITY);
        Arrays.fill(best, 0);
        for (int s = 0; s < competing.length; s++) {
            float p = mean[at + s];
            if (!(p > bestValues[k - 1])) {
                continue;
            }
            int place = k - 1;
            while (place > 0 && p > bestValues[place - 1]) {
                bestValues[place] = bestValues[place - 1];
                best[place] = best[place - 1];
                place--;
            }
            bestValues[place] = p;
            best[place] = s;
        }
    }

    private byte agreement(int x) {
        if (views.size() == 1) {
            return (byte) 255;
        }
        int agreeing = 0;
        for (int v = 0; v < views.size(); v++) {
            agreeing += votes[v * width + x] == best[0] ? 1 : 0;
        }
        return quantised((float) agreeing / views.size());
    }

    private static byte quantised(float share) {
        return (byte) (int) (Math.min(Math.max(share, 0), 1) * 255 + 0.5f);
    }
}
