package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import java.util.Arrays;

/**
 * One pixel's posterior while it is put together, in whole shares of {@link PosteriorMap#WHOLE}, and what is stored of
 * it: what several pixels have in common is {@link Common settled once}, and each pixel adds something of its own. The
 * same numbers in any order give the same bytes, since all sums are of whole numbers. Used over and over; not safe for
 * several threads.
 */
final class Posterior {
    private static final int WHOLE = PosteriorMap.WHOLE;
    private static final int WHOLE_BITS = 16;
    private static final int LEVELS = 255;
    private static final int CLASSES = 256;
    private static final int NONE = -1;
    private static final int FEW = 5;
    private static final int ENTROPY_BITS = 4;
    /** That a part of the entropy is a whole number of. */
    private static final double ENTROPY_UNIT = 0x1p-40;

    /** −p·ln p by p in steps of 16 shares. */
    private static final long[] ENTROPY = new long[(WHOLE >> ENTROPY_BITS) + 1];

    static {
        for (int i = 1; i < ENTROPY.length; i++) {
            double p = (double) i / (ENTROPY.length - 1);
            ENTROPY[i] = Math.round(-p * StrictMath.log(p) / ENTROPY_UNIT);
        }
    }

    private final int numberOfClasses;
    private final double[] lnOthers;
    /**
     * By class the number of the last pixel that added to it, and below that where its key is. Pixels are numbered, so
     * that nothing has to be taken back.
     */
    private final long[] addedBy = new long[CLASSES];

    private long pixelNumber;
    /** {@link #key}s of the classes that the pixel added to, then of those of the others that may be among the best. */
    private final int[] named = new int[CLASSES + 1];

    private int addedCount;
    /** {@link #key}s of the pixel's best classes, best first. */
    private final int[] ranked = new int[CLASSES];

    /** @param numberOfClasses of the class space */
    Posterior(int numberOfClasses) {
        this.numberOfClasses = numberOfClasses;
        this.lnOthers = new double[numberOfClasses + 1];
        for (int others = 1; others <= numberOfClasses; others++) {
            lnOthers[others] = StrictMath.log(others);
        }
    }

    /** What several pixels have in common: shares of classes, with all that follows from them, and views. */
    static final class Common {
        private static final int SHARE_BITS = 17;
        private static final int SHARE = (1 << SHARE_BITS) - 1;
        private static final int NAMED = 1 << SHARE_BITS;

        /** By class its share, whether it is named, and above these its part of the entropy; 0 if it is not named. */
        private final long[] byClass = new long[CLASSES];
        /** {@link #key}s of the classes that are named, best first. */
        private final int[] keys = new int[CLASSES];

        /** By class the share of the views that answer it, as it is stored. */
        private final byte[] agreement = new byte[CLASSES];

        private int count;
        private int shares;
        private long entropy;
        private int views;

        /** No class is named. @param views of which this is the posterior */
        void clear(int views) {
            for (int i = 0; i < count; i++) {
                byClass[index(keys[i])] = 0;
            }
            Arrays.fill(agreement, (byte) 0);
            this.views = views;
            count = 0;
            shares = 0;
            entropy = 0;
        }

        /** Names a class that has not been. @param share of {@link PosteriorMap#WHOLE} */
        void name(int index, int share) {
            int key = key(index, share);
            int place = count++;
            for (; place > 0 && key > keys[place - 1]; place--) {
                keys[place] = keys[place - 1];
            }
            keys[place] = key;
            byClass[index] = Posterior.entropy(share) << SHARE_BITS + 1 | NAMED | share;
            shares += share;
            entropy += Posterior.entropy(share);
        }

        /** @param votes of the views for a class */
        void vote(int index, int votes) {
            agreement[index] = (byte) Math.rint((double) LEVELS * votes / views);
        }
    }

    /**
     * Writes the most probable classes of a pixel, of equals the one with the lower index first, the entropy, and what
     * the views say of the winner.
     *
     * @param said of the pixel by each of the experts
     * @param shares by level of probability what is added to a class that an expert names
     */
    void store(
            Common common,
            SegmentationEvidence[] said,
            int[] shares,
            int pixel,
            SegmentationEvidence target,
            int pixels) {
        int most = target.topK();
        byte[] classes = target.classes();
        byte[] probability = target.probability();
        target.entropy()[pixel] =
                (byte) Math.min(LEVELS, (int) Math.rint(LEVELS * join(common, said, shares, pixel, pixels)));
        rank(common, most);
        for (int k = 0, at = pixel; k < most; k++, at += pixels) {
            int key = ranked[k];
            classes[at] = (byte) index(key);
            probability[at] = (byte) level(key >> 8);
        }
        target.agreement()[pixel] = common.agreement[index(ranked[0])];
        target.views()[pixel] = (byte) Math.min(LEVELS, common.views);
    }

    /**
     * Adds what the pixel's own experts say to what is common.
     *
     * @return the entropy over all classes of the space, of their number's logarithm; what is not of named classes is
     *     spread over the others
     */
    private double join(Common common, SegmentationEvidence[] said, int[] shares, int pixel, int pixels) {
        long number = ++pixelNumber << Byte.SIZE;
        int count = 0;
        long sum = common.entropy;
        int rest = WHOLE - common.shares;
        int others = numberOfClasses - common.count;
        for (SegmentationEvidence one : said) {
            byte[] classes = one.classes();
            byte[] probability = one.probability();
            for (int at = pixel; at < classes.length; at += pixels) {
                int index = classes[at] & 0xFF;
                int more = shares[probability[at] & 0xFF];
                rest -= more;
                long by = addedBy[index] - number;
                if (by >= 0) {
                    int key = named[(int) by];
                    named[(int) by] = key + (more << 8);
                    sum += entropy((key >> 8) + more) - entropy(key >> 8);
                } else {
                    long was = common.byClass[index];
                    int share = ((int) was & Common.SHARE) + more;
                    addedBy[index] = number + count;
                    named[count++] = key(index, share);
                    sum += entropy(share) - (was >>> Common.SHARE_BITS + 1);
                    others -= 1 - (int) (was >>> Common.SHARE_BITS & 1);
                }
            }
        }
        addedCount = count;
        if (numberOfClasses < 2) {
            return 0;
        }
        double spread = 0;
        if (rest > 0 && others > 0) {
            sum += entropy(rest);
            spread = (double) rest / WHOLE * lnOthers[others];
        }
        return (sum * ENTROPY_UNIT + spread) / lnOthers[numberOfClasses];
    }

    /**
     * Puts the best classes first into {@link #ranked}, of equals the one with the lower index; behind all that are
     * named come any others.
     */
    private void rank(Common common, int most) {
        int candidates = addedCount;
        for (int i = 0; i < common.count && candidates < addedCount + most; i++) {
            named[candidates] = common.keys[i];
            candidates += isAdded(index(common.keys[i])) ? 0 : 1;
        }
        if (most <= FEW) {
            rankFew(candidates);
        } else {
            Arrays.fill(ranked, 0, most, NONE);
            for (int i = 0; i < candidates; i++) {
                insert(named[i], most);
            }
        }
        if (candidates < most) {
            addOthers(common, candidates, most);
        }
    }

    /** As {@link #insert} does, with the best {@value #FEW} in the processor's registers. */
    private void rankFew(int candidates) {
        int first = NONE;
        int second = NONE;
        int third = NONE;
        int fourth = NONE;
        int fifth = NONE;
        for (int i = 0; i < candidates; i++) {
            int key = named[i];
            int worse = Math.min(first, key);
            first = Math.max(first, key);
            key = Math.min(second, worse);
            second = Math.max(second, worse);
            worse = Math.min(third, key);
            third = Math.max(third, key);
            key = Math.min(fourth, worse);
            fourth = Math.max(fourth, worse);
            fifth = Math.max(fifth, key);
        }
        ranked[0] = first;
        ranked[1] = second;
        ranked[2] = third;
        ranked[3] = fourth;
        ranked[4] = fifth;
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

    private boolean isAdded(int index) {
        return addedBy[index] >>> Byte.SIZE == pixelNumber;
    }

    private void addOthers(Common common, int from, int most) {
        for (int index = 0, filled = from; filled < most; index++) {
            if (common.byClass[index] == 0 && !isAdded(index)) {
                ranked[filled++] = key(index, 0);
            }
        }
    }

    /** Larger for the better of two classes. */
    private static int key(int index, int share) {
        return share << 8 | 255 - index;
    }

    private static int index(int key) {
        return 255 - (key & 0xFF);
    }

    private static int level(int share) {
        return Math.min(LEVELS, share * LEVELS + WHOLE / 2 >> WHOLE_BITS);
    }

    private static long entropy(int share) {
        return ENTROPY[Math.min(WHOLE, share) >> ENTROPY_BITS];
    }
}
