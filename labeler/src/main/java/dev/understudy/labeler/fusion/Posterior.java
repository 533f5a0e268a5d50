package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import java.util.Arrays;

/**
 * One pixel's posterior while it is put together, in whole shares of {@link PosteriorMap#WHOLE}, and what is stored of
 * it: what several pixels have in common is added and settled once, and each pixel adds something of its own, which is
 * taken back before the next. The same numbers in any order give the same bytes, since all sums are of whole numbers.
 * Used over and over; not safe for several threads.
 */
final class Posterior {
    private static final int WHOLE = PosteriorMap.WHOLE;
    private static final int LEVELS = 255;
    private static final int NONE = -1;
    private static final int ENTROPY_STEP = 16;
    /** That a part of the entropy is a whole number of. */
    private static final double ENTROPY_UNIT = 0x1p-40;

    /** −p·ln p by p in steps of {@value #ENTROPY_STEP} shares. */
    private static final long[] ENTROPY = new long[WHOLE / ENTROPY_STEP + 1];

    static {
        for (int i = 1; i < ENTROPY.length; i++) {
            double p = (double) i / (ENTROPY.length - 1);
            ENTROPY[i] = Math.round(-p * StrictMath.log(p) / ENTROPY_UNIT);
        }
    }

    private final int numberOfClasses;
    private final double[] lnOthers;
    /** By class what is settled, and with what was added since. */
    private final int[] base = new int[256];

    private final int[] share = new int[256];
    /** By class 0 if it is settled, else 1. */
    private final int[] isNew = new int[256];

    private final long[] baseEntropy = new long[256];
    /** Classes that are settled, best first, and their {@link #key}s. */
    private final int[] settled = new int[256];

    private final int[] settledKeys = new int[256];
    private int settledCount;
    private int settledShares;
    private long settledEntropy;
    /** Classes that were added to since. */
    private final int[] changed = new int[256];

    private final boolean[] isChanged = new boolean[256];
    private int changedCount;
    /** {@link #key}s of the best classes of a pixel. */
    private final int[] ranked = new int[256];

    /** @param numberOfClasses of the class space */
    Posterior(int numberOfClasses) {
        this.numberOfClasses = numberOfClasses;
        Arrays.fill(isNew, 1);
        this.lnOthers = new double[numberOfClasses + 1];
        for (int others = 1; others <= numberOfClasses; others++) {
            lnOthers[others] = StrictMath.log(others);
        }
    }

    /** Nothing is settled, and nothing added. */
    void clear() {
        takeBack();
        for (int i = 0; i < settledCount; i++) {
            int index = settled[i];
            base[index] = 0;
            share[index] = 0;
            baseEntropy[index] = 0;
            isNew[index] = 1;
        }
        settledCount = 0;
        settledShares = 0;
        settledEntropy = 0;
    }

    /** Names a class, and adds to its share. @param more not negative */
    void add(int index, int more) {
        if (!isChanged[index]) {
            isChanged[index] = true;
            changed[changedCount++] = index;
        }
        share[index] += more;
    }

    /** What has been added to nothing stays for several pixels. */
    void settle() {
        for (int i = 0; i < changedCount; i++) {
            int index = changed[i];
            int key = key(index);
            int place = settledCount++;
            for (; place > 0 && key > settledKeys[place - 1]; place--) {
                settled[place] = settled[place - 1];
                settledKeys[place] = settledKeys[place - 1];
            }
            settled[place] = index;
            settledKeys[place] = key;
            isNew[index] = 0;
            isChanged[index] = false;
            base[index] = share[index];
            baseEntropy[index] = entropy(share[index]);
            settledShares += share[index];
            settledEntropy += baseEntropy[index];
        }
        changedCount = 0;
    }

    /** Takes back what was added since. */
    void takeBack() {
        for (int i = 0; i < changedCount; i++) {
            int index = changed[i];
            share[index] = base[index];
            isChanged[index] = false;
        }
        changedCount = 0;
    }

    /** Writes the most probable classes of a pixel, of equals the one with the lower index first, and the entropy. */
    void store(int pixel, SegmentationEvidence target) {
        int most = target.topK();
        int pixels = target.pixels();
        byte[] classes = target.classes();
        byte[] probability = target.probability();
        rank(most);
        for (int k = 0, at = pixel; k < most; k++, at += pixels) {
            int key = ranked[k];
            classes[at] = (byte) index(key);
            probability[at] = (byte) level(key >> 8);
        }
        target.entropy()[pixel] = (byte) Math.rint(LEVELS * Math.min(1, entropy()));
    }

    /**
     * Puts the best classes first into {@link #ranked}, of equals the one with the lower index; behind all that are
     * named come any others. What changed since {@link #settle} goes first, so that the rest, whose order is known,
     * ends early.
     */
    private void rank(int most) {
        Arrays.fill(ranked, 0, most, NONE);
        for (int i = 0; i < changedCount; i++) {
            insert(key(changed[i]), most);
        }
        for (int i = 0; i < settledCount && settledKeys[i] > ranked[most - 1]; i++) {
            insert(isChanged[settled[i]] ? NONE : settledKeys[i], most);
        }
        if (ranked[most - 1] == NONE) {
            addOthers(most);
        }
    }

    /** Without a branch, as which way one goes is as good as random. */
    private void insert(int key, int most) {
        int worse = key;
        for (int place = 0; place < most; place++) {
            int there = ranked[place];
            ranked[place] = Math.max(there, worse);
            worse = Math.min(there, worse);
        }
    }

    private void addOthers(int most) {
        int filled = 0;
        while (ranked[filled] != NONE) {
            filled++;
        }
        for (int index = 0; filled < most; index++) {
            if (isNew[index] == 1 && !isChanged[index]) {
                ranked[filled++] = key(index);
            }
        }
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

    private static long entropy(int share) {
        return ENTROPY[Math.min(WHOLE, share) / ENTROPY_STEP];
    }

    /**
     * Over all classes of the space, of their number's logarithm; what is not of named classes is spread over the
     * others.
     */
    private double entropy() {
        if (numberOfClasses < 2) {
            return 0;
        }
        long sum = settledEntropy;
        int rest = WHOLE - settledShares;
        int others = numberOfClasses - settledCount;
        for (int i = 0; i < changedCount; i++) {
            int index = changed[i];
            sum += entropy(share[index]) - baseEntropy[index];
            rest -= share[index] - base[index];
            others -= isNew[index];
        }
        double spread = 0;
        if (rest > 0 && others > 0) {
            sum += entropy(rest);
            spread = (double) rest / WHOLE * lnOthers[others];
        }
        return (sum * ENTROPY_UNIT + spread) / lnOthers[numberOfClasses];
    }
}
