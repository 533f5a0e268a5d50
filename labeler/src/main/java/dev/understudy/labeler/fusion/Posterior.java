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
    static final int NONE = -1;
    /** Classes that a pixel of {@link PosteriorRow} names at most, and that are ranked in the processor's registers. */
    static final int FEW = 5;
    /** Namings of few classes that are remembered of what pixels have in common. */
    private static final int RECENT = 4;

    static final int[] NO_KEYS = {};
    private static final int ENTROPY_BITS = 4;
    /** That a part of the entropy is a whole number of. */
    private static final double ENTROPY_UNIT = 0x1p-28;

    /** −p·ln p by p in steps of 16 shares; what is common, and {@value #FEW} classes beside it, come to less than 8. */
    private static final int[] ENTROPY = new int[(WHOLE >> ENTROPY_BITS) + 1];

    static {
        for (int i = 1; i < ENTROPY.length; i++) {
            double p = (double) i / (ENTROPY.length - 1);
            ENTROPY[i] = (int) Math.rint(-p * StrictMath.log(p) / ENTROPY_UNIT);
        }
    }

    private final int numberOfClasses;
    /** What a unit of entropy is of a stored level. */
    private final double levels;
    /** By the number of other classes, how many levels a share adds by being spread over them. */
    private final double[] spread;
    /** By class its place among those that a pixel names, while that is found out; else {@link #NONE}. */
    private final int[] placeOf = new int[CLASSES];
    /** {@link #key}s that are ranked: of the classes that a pixel names, with what it adds. */
    private final int[] named = new int[CLASSES];
    /** By place what a pixel adds. */
    private final int[] added = new int[CLASSES];
    /** {@link #key}s of the pixel's best classes, best first. */
    private final int[] ranked = new int[CLASSES];

    /** @param numberOfClasses of the class space */
    Posterior(int numberOfClasses) {
        this.numberOfClasses = numberOfClasses;
        double ofOne = numberOfClasses < 2 ? 0 : LEVELS / StrictMath.log(numberOfClasses);
        this.levels = ofOne * ENTROPY_UNIT;
        this.spread = new double[numberOfClasses + 1];
        for (int others = 1; others <= numberOfClasses; others++) {
            spread[others] = StrictMath.log(others) * ofOne / WHOLE;
        }
        Arrays.fill(placeOf, NONE);
    }

    /** What several pixels have in common: shares of classes, with all that follows from them. */
    static final class Common {
        /** {@link #key}s of the classes that are named. */
        private int[] keys = new int[FEW];

        private int count;
        private int shares;
        private int entropy;
        private final Naming naming = new Naming();
        /** Of pixels that name few classes, those that came last. */
        private final Naming[] few = new Naming[RECENT];

        /** In {@link #few}, the one to be replaced next. */
        private int oldest;

        /** No class is named. */
        void clear() {
            count = 0;
            shares = 0;
            entropy = 0;
            naming.count = NONE;
            for (Naming one : few) {
                if (one != null) {
                    one.count = NONE;
                }
            }
        }

        /** What no class has. */
        int rest() {
            return WHOLE - shares;
        }

        /** Names a class that has not been. @param share of {@link PosteriorMap#WHOLE} */
        void name(int index, int share) {
            if (count == keys.length) {
                keys = Arrays.copyOf(keys, 2 * count);
            }
            keys[count++] = key(index, share);
            shares += share;
            entropy += Posterior.entropy(share);
        }
    }

    /**
     * Writes the most probable classes of a pixel, of equals the one with the lower index first, and the entropy.
     *
     * @param evidence of the pixel by each of the experts
     * @param shares by level of probability what is added to a class that an expert names
     */
    void store(
            Common common,
            SegmentationEvidence[] evidence,
            int[] shares,
            int pixel,
            SegmentationEvidence target,
            int pixels) {
        int most = target.topK();
        Naming naming = common.naming;
        if (!naming.isOf(evidence, pixel, pixels)) {
            naming.take(evidence, pixel, pixels);
            settle(common, naming, most);
        }
        int rest = common.rest() - add(naming, evidence, shares, pixel, pixels);
        // Of a file that gives many classes more than there is, the sum would not go into 32 bits
        long sum = naming.entropy;
        for (int place = 0; place < naming.distinct; place++) {
            sum += entropy(named[place] >> 8);
        }
        rank(naming.behind, named, naming.distinct, Math.max(FEW, most), ranked);
        target.entropy()[pixel] = entropy(sum, rest, naming.others);
        for (int i = 0, from = most - naming.unnamed.length; i < naming.unnamed.length; i++) {
            ranked[from + i] = naming.unnamed[i];
        }
        byte[] classes = target.classes();
        byte[] probability = target.probability();
        for (int k = 0, at = pixel; k < most; k++, at += pixels) {
            int key = ranked[k];
            classes[at] = (byte) index(key);
            probability[at] = (byte) level(key >> 8);
        }
    }

    /**
     * What follows from what is common and from the few classes that a pixel names.
     *
     * @param name of the pixel's classes
     * @param evidence of the pixel by one expert, who names {@value #FEW} classes or fewer
     */
    Naming naming(Common common, long name, SegmentationEvidence[] evidence, int pixel, int pixels) {
        Naming[] few = common.few;
        for (int i = 0; i < RECENT && few[i] != null; i++) {
            if (few[i].name == name && few[i].count != NONE) {
                return few[i];
            }
        }
        Naming naming = few[common.oldest];
        if (naming == null) {
            naming = new Naming();
            few[common.oldest] = naming;
        }
        common.oldest = (common.oldest + 1) % RECENT;
        naming.name = name;
        naming.take(evidence, pixel, pixels);
        settle(common, naming, evidence[0].topK());
        return naming;
    }

    private void settle(Common common, Naming naming, int most) {
        naming.distinct = 0;
        for (int i = 0; i < naming.count; i++) {
            int index = naming.classes[i] & 0xFF;
            if (placeOf[index] == NONE) {
                naming.base[naming.distinct] = key(index, 0);
                placeOf[index] = naming.distinct++;
            }
            naming.places[i] = placeOf[index];
        }
        naming.entropy = common.entropy;
        int candidates = 0;
        for (int i = 0; i < common.count; i++) {
            int key = common.keys[i];
            int place = placeOf[index(key)];
            if (place == NONE) {
                named[candidates++] = key;
            } else {
                naming.base[place] = key;
                naming.entropy -= entropy(key >> 8);
            }
        }
        naming.others = numberOfClasses - naming.distinct - candidates;
        int kept = Math.max(FEW, most);
        if (kept != naming.behind.length) {
            naming.behind = new int[kept];
        }
        Arrays.fill(ranked, 0, kept, NONE);
        rank(ranked, named, candidates, kept, naming.behind);
        int missing = most - naming.distinct - candidates;
        naming.unnamed = missing > 0 ? new int[missing] : NO_KEYS;
        for (int index = 0, filled = 0; filled < naming.unnamed.length; index++) {
            if (placeOf[index] == NONE && !contains(named, candidates, index)) {
                naming.unnamed[filled++] = key(index, 0);
            }
        }
        for (int i = 0; i < naming.count; i++) {
            placeOf[naming.classes[i] & 0xFF] = NONE;
        }
    }

    private static boolean contains(int[] keys, int count, int index) {
        for (int i = 0; i < count; i++) {
            if (index(keys[i]) == index) {
                return true;
            }
        }
        return false;
    }

    /** Puts the keys of the classes that a pixel names, with what it adds, into {@link #named}. @return all it adds */
    private int add(Naming naming, SegmentationEvidence[] evidence, int[] shares, int pixel, int pixels) {
        boolean agree = naming.distinct < naming.count;
        if (agree) {
            Arrays.fill(added, 0, naming.distinct, 0);
        }
        int all = 0;
        int i = 0;
        for (SegmentationEvidence one : evidence) {
            byte[] probability = one.probability();
            for (int at = pixel; at < probability.length; at += pixels) {
                int more = shares[probability[at] & 0xFF];
                all += more;
                if (agree) {
                    added[naming.places[i++]] += more;
                } else {
                    named[i] = naming.base[i] + (more << 8);
                    i++;
                }
            }
        }
        for (int place = 0; agree && place < naming.distinct; place++) {
            named[place] = naming.base[place] + (added[place] << 8);
        }
        return all;
    }

    /**
     * The entropy over all classes of the space, of their number's logarithm, as it is stored; what is not of named
     * classes is spread over the others.
     *
     * @param sum of the named classes
     * @param rest share of the others
     */
    byte entropy(long sum, int rest, int others) {
        double level = sum * levels;
        if (rest > 0 && others > 0) {
            level += entropy(rest) * levels + rest * spread[others];
        }
        return (byte) Math.min(LEVELS, (int) (level + 0.5));
    }

    /** Puts the best of {@code ranked} and {@code keys} into {@code best}, best first. */
    private static void rank(int[] ranked, int[] keys, int count, int most, int[] best) {
        if (most == FEW) {
            rankFew(ranked, keys, count, best);
            return;
        }
        System.arraycopy(ranked, 0, best, 0, most);
        for (int i = 0; i < count; i++) {
            int worse = keys[i];
            // Without a branch, as which way one goes is as good as random
            for (int place = 0; place < most; place++) {
                int there = best[place];
                best[place] = Math.max(there, worse);
                worse = Math.min(there, worse);
            }
        }
    }

    /** As {@link #rank} does, with the best {@value #FEW} in the processor's registers. */
    private static void rankFew(int[] ranked, int[] keys, int count, int[] best) {
        int first = ranked[0];
        int second = ranked[1];
        int third = ranked[2];
        int fourth = ranked[3];
        int fifth = ranked[4];
        for (int i = 0; i < count; i++) {
            int key = keys[i];
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
        best[0] = first;
        best[1] = second;
        best[2] = third;
        best[3] = fourth;
        best[4] = fifth;
    }

    /** Larger for the better of two classes. */
    private static int key(int index, int share) {
        return share << 8 | 255 - index;
    }

    static int index(int key) {
        return 255 - (key & 0xFF);
    }

    /** A share as it is stored. */
    static int level(int share) {
        return Math.min(LEVELS, share * LEVELS + WHOLE / 2 >> WHOLE_BITS);
    }

    static int entropy(int share) {
        return ENTROPY[Math.min(WHOLE, share) >> ENTROPY_BITS];
    }
}
