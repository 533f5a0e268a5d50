package dev.understudy.labeler.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds bars by class at which each class is answered as often as it should be: distribution alignment (Berthelot et al.,
 * ReMixMatch, 2020) for answers that are the largest multiple of a bar. Bars of classes that are answered too often rise,
 * the others fall, round by round, on the probabilities of some pixels; the round that came closest counts. Not safe for use by
 * several threads.
 */
final class ClassAlignment {
    private static final int ROUNDS = 60;
    /** Of the logarithm of a share's error, and at most of 1, what the first round takes away; later ones take less. */
    private static final double FIRST_STEP = 0.5;

    /** Rounds after which a step is half as long. */
    private static final double SLOWER = 5;

    /** A class that is hardly ever meant cannot be made common, nor one silenced, by bars that run away. */
    private static final float FARTHEST = 8;

    private final List<float[]> says = new ArrayList<>();

    /** @param probabilities by class index, of one pixel; owned by this from now on */
    void add(float[] probabilities) {
        says.add(probabilities);
    }

    /**
     * @param start by class index, above 0
     * @param share by class index, of all pixels; a class with 0 keeps its bar
     * @return by class index
     */
    float[] bars(float[] start, double[] share) {
        float[] bars = start.clone();
        float[] best = bars;
        double leastOff = Double.POSITIVE_INFINITY;
        for (int round = 0; round < ROUNDS; round++) {
            int[] answered = answered(bars);
            double off = 0;
            float[] next = bars.clone();
            for (int label = 0; label < share.length; label++) {
                double wanted = share[label] * says.size();
                off += Math.abs(answered[label] - wanted);
                if (wanted > 0) {
                    // One pixel more on both sides: a class that no pixel of the sample answers has a share too.
                    double error = Math.log((answered[label] + 1) / (wanted + 1));
                    double step = FIRST_STEP / (1 + round / SLOWER) * Math.min(Math.max(error, -1), 1);
                    float bar = (float) (bars[label] * Math.exp(step));
                    next[label] = Math.min(Math.max(bar, start[label] / FARTHEST), start[label] * FARTHEST);
                }
            }
            if (off < leastOff) {
                leastOff = off;
                best = bars;
            }
            bars = next;
        }
        return best;
    }

    private int[] answered(float[] bars) {
        int[] answered = new int[bars.length];
        for (float[] probabilities : says) {
            int best = 0;
            for (int label = 1; label < probabilities.length; label++) {
                if (probabilities[label] * bars[best] > probabilities[best] * bars[label]) {
                    best = label;
                }
            }
            answered[best]++;
        }
        return answered;
    }
}
