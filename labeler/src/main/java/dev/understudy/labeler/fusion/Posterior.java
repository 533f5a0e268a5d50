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
    /** Classes that were named when the posterior was settled, best first. */
    private final int[] settled = new int[256];

    private int settledCount;
    /** Classes that were added to since. */
    private final int[] changed = new int[256];

    private final boolean[] isChanged = new boolean[256];
    private int changedCount;
    /** {@link #key}s of the best classes of a pixel. */
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
        settledCount = 0;
        forget(0);
    }

    /** What has been added so far stays for several pixels; each adds something of its own, and takes it back. */
    void settle() {
        while (changedCount > 0) {
            isChanged[changed[--changedCount]] = false;
        }
        settledCount = 0;
        for (int i = 0; i < count; i++) {
            int key = key(named[i]);
            int place = settledCount++;
            for (; place > 0 && key > key(settled[place - 1]); place--) {
                settled[place] = settled[place - 1];
            }
            settled[place] = named[i];
        }
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
        while (changedCount > 0) {
            isChanged[changed[--changedCount]] = false;
        }
    }

    /** @param more may be negative, to take back what was added */
    void add(int index, int more) {
        if (!isNamed[index]) {
            isNamed[index] = true;
            named[count++] = index;
        }
        if (!isChanged[index]) {
            isChanged[index] = true;
            changed[changedCount++] = index;
        }
        share[index] += more;
    }

    /** Writes the most probable classes of a pixel, of equals the one with the lower index first, and the entropy. */
    void store(int pixel, SegmentationEvidence target) {
        int pixels = target.pixels();
        rank(target.topK());
        for (int k = 0; k < target.topK(); k++) {
            int index = index(ranked[k]);
            target.classes()[k * pixels + pixel] = (byte) index;
            target.probability()[k * pixels + pixel] = (byte) level(share[index]);
        }
        target.entropy()[pixel] = (byte) Math.rint(LEVELS * Math.min(1, entropy()));
    }

    /**
     * Puts the best classes first into {@link #ranked}, of equals the one with the lower index; behind all that are named come
     * any others. What changed since {@link #settle} goes first, so that the rest, whose order is known, ends early.
     */
    private void rank(int most) {
        int filled = 0;
        for (int i = 0; i < changedCount; i++) {
            filled = insert(key(changed[i]), filled, most);
        }
        for (int i = 0; i < settledCount; i++) {
            if (!isChanged[settled[i]]) {
                int key = key(settled[i]);
                if (filled == most && key < ranked[most - 1]) {
                    break;
                }
                filled = insert(key, filled, most);
            }
        }
        for (int index = 0; filled < most; index++) {
            if (!isNamed[index]) {
                ranked[filled++] = key(index);
            }
        }
    }

    private int insert(int key, int filled, int most) {
        if (filled == most && key < ranked[most - 1]) {
            return filled;
        }
        int place = filled < most ? filled : most - 1;
        for (; place > 0 && key > ranked[place - 1]; place--) {
            ranked[place] = ranked[place - 1];
        }
        ranked[place] = key;
        return Math.min(filled + 1, most);
    }

    /** Larger for the better of two classes. */
    private int key(int index) {
        return share[index] << 8 | 255 - index;
    }

    private static int index(int key) {
        return 255 - (key & 0xFF);
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
