package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;

/**
 * One pixel's posterior while it is put together, in whole shares of {@link PosteriorMap#WHOLE}, and what is stored of it.
 * Used over and over; not safe for several threads.
 */
final class Posterior {
    private static final int WHOLE = PosteriorMap.WHOLE;
    private static final int LEVELS = 255;
    private static final int ENTROPY_STEP = 16;
    private static final double[] ENTROPY = new double[WHOLE / ENTROPY_STEP + 1];

    static {
        for (int i = 1; i < ENTROPY.length; i++) {
            double p = (double) i / (ENTROPY.length - 1);
            ENTROPY[i] = -p * StrictMath.log(p);
        }
    }

    private final int numberOfClasses;
    private final double[] lnOthers;
    private final int[] share = new int[256];
    private final boolean[] isNamed = new boolean[256];
    private final int[] named = new int[256];
    private final int[] ranked = new int[256];
    private int count;

    /** @param numberOfClasses of the class space */
    Posterior(int numberOfClasses) {
        this.numberOfClasses = numberOfClasses;
        this.lnOthers = new double[numberOfClasses + 1];
        for (int others = 1; others <= numberOfClasses; others++) {
            lnOthers[others] = StrictMath.log(others);
        }
    }

    void clear() {
        forget(0);
    }

    /** How many classes are named. */
    int count() {
        return count;
    }

    /** Drops the classes that were named after the first {@code kept}. */
    void forget(int kept) {
        while (count > kept) {
            int index = named[--count];
            share[index] = 0;
            isNamed[index] = false;
        }
    }

    /** @param more may be negative, to take back what was added */
    void add(int index, int more) {
        if (!isNamed[index]) {
            isNamed[index] = true;
            named[count++] = index;
        }
        share[index] += more;
    }

    /** Writes the most probable classes of a pixel, of equals the one with the lower index first, and the entropy. */
    void store(int pixel, SegmentationEvidence target) {
        int pixels = target.pixels();
        rank(target.topK());
        for (int k = 0; k < target.topK(); k++) {
            target.classes()[k * pixels + pixel] = (byte) ranked[k];
            target.probability()[k * pixels + pixel] = (byte) level(share[ranked[k]]);
        }
        target.entropy()[pixel] = (byte) Math.rint(LEVELS * Math.min(1, entropy()));
    }

    /** Puts the best classes first into {@link #ranked}; behind all that are named come any others. */
    private void rank(int most) {
        int filled = 0;
        for (int i = 0; i < count; i++) {
            int index = named[i];
            if (filled == most && !isBetter(index, ranked[most - 1])) {
                continue;
            }
            int place = filled < most ? filled++ : most - 1;
            for (; place > 0 && isBetter(index, ranked[place - 1]); place--) {
                ranked[place] = ranked[place - 1];
            }
            ranked[place] = index;
        }
        for (int index = 0; filled < most; index++) {
            if (!isNamed[index]) {
                ranked[filled++] = index;
            }
        }
    }

    private boolean isBetter(int index, int other) {
        return share[index] > share[other] || share[index] == share[other] && index < other;
    }

    private static int level(int share) {
        return Math.min(LEVELS, (share * LEVELS + WHOLE / 2) / WHOLE);
    }

    /** Over all classes of the space, of their number's logarithm; what is not of named classes is spread over the others. */
    private double entropy() {
        if (numberOfClasses < 2) {
            return 0;
        }
        double sum = 0;
        int rest = WHOLE;
        for (int i = 0; i < count; i++) {
            int of = share[named[i]];
            sum += ENTROPY[Math.min(WHOLE, of) / ENTROPY_STEP];
            rest -= of;
        }
        int others = numberOfClasses - count;
        if (rest > 0 && others > 0) {
            sum += ENTROPY[rest / ENTROPY_STEP] + (double) rest / WHOLE * lnOthers[others];
        }
        return sum / lnOthers[numberOfClasses];
    }
}
