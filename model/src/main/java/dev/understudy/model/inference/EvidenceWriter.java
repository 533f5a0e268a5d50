package dev.understudy.model.inference;

import dev.understudy.dataset.store.SegmentationEvidence;
import java.util.Arrays;

/** Keeps the best few of a pixel's classes and writes them down quantised. One thread's own. */
final class EvidenceWriter {
    private final SegmentationEvidence evidence;
    private final int[] labels;
    private final double greatestEntropy;
    private final int[] best;
    private final float[] values;
    /** Different places, the best of a pixel before. */
    private final int[] likely;

    /** @param labels the class index of each place that competes */
    EvidenceWriter(SegmentationEvidence evidence, int[] labels) {
        this.evidence = evidence;
        this.labels = labels;
        this.greatestEntropy = Math.log(Math.max(2, labels.length));
        this.best = new int[evidence.topK()];
        this.values = new float[evidence.topK()];
        this.likely = new int[evidence.topK()];
        Arrays.setAll(likely, k -> k);
    }

    /**
     * Insertion into a short sorted list; of equal scores the earlier place wins. Neighbouring pixels mostly have the same
     * best classes, so the scores that the last pixel's best have here are a bar that few others pass.
     */
    void select(float[] scores, int from) {
        int last = best.length - 1;
        float bar = bar(scores, from);
        Arrays.fill(values, Float.NEGATIVE_INFINITY);
        Arrays.fill(best, 0);
        for (int s = 0; s < labels.length; s++) {
            float score = scores[from + s];
            if (score > bar) {
                int place = last;
                while (place > 0 && score > values[place - 1]) {
                    values[place] = values[place - 1];
                    best[place] = best[place - 1];
                    place--;
                }
                values[place] = score;
                best[place] = s;
                bar = values[last] > bar ? values[last] : bar;
            }
        }
        if (values[last] > Float.NEGATIVE_INFINITY) {
            System.arraycopy(best, 0, likely, 0, best.length);
        }
    }

    /** What at least as many scores pass as are kept, if they are numbers. */
    private float bar(float[] scores, int from) {
        float least = Float.POSITIVE_INFINITY;
        for (int place : likely) {
            least = Math.min(least, scores[from + place]);
        }
        return least > Float.NEGATIVE_INFINITY ? Math.nextDown(least) : Float.NEGATIVE_INFINITY;
    }

    /** How many classes of a pixel are kept. */
    int kept() {
        return best.length;
    }

    /** The place that {@link #select} ranked {@code rank}-th, from 0. */
    int best(int rank) {
        return best[rank];
    }

    /** Its score. */
    float value(int rank) {
        return values[rank];
    }

    void writeClass(int pixel, int rank) {
        evidence.classes()[rank * evidence.entropy().length + pixel] = (byte) labels[best[rank]];
    }

    void writeProbability(int pixel, int rank, float probability) {
        evidence.probability()[rank * evidence.entropy().length + pixel] = quantised(probability);
    }

    /**
     * @param entropy in nats
     * @param agreement share of views
     */
    void writePixel(int pixel, double entropy, float agreement) {
        evidence.entropy()[pixel] = quantised((float) (entropy / greatestEntropy));
        evidence.agreement()[pixel] = quantised(agreement);
    }

    private static byte quantised(float share) {
        return (byte) (int) (Math.min(Math.max(share, 0), 1) * 255 + 0.5f);
    }
}
