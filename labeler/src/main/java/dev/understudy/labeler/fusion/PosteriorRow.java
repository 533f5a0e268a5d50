package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.labeler.fusion.Posterior.Common;

/**
 * What {@link Posterior#store} does, for many pixels of a row at once, of one expert who names few classes, none of
 * them twice: what must be looked up is looked up as pixels are added, and they are ranked together, in loops that Java
 * makes the processor's wide instructions of. Used over and over; not safe for several threads.
 */
final class PosteriorRow {
    private static final int NAME_BITS = 8;
    private static final int SHARE_BITS = 8;

    private final Posterior posterior;
    private final int width;
    private final int topK;
    /** By place in which column a pixel is. */
    private final int[] columns;
    /** Keys of the classes that pixels name, by rank and place. */
    private final int[][] named;
    /** Keys of the best classes. */
    private final int[] first;

    private final int[] second;
    private final int[] third;
    private final int[] fourth;
    private final int[] fifth;
    /** Entropy of the named classes. */
    private final int[] entropy;
    /** Share of the others. */
    private final int[] rest;
    /** How many they are. */
    private final int[] others;

    private int size;

    /**
     * @param width of the row
     * @param topK classes that a pixel names, {@value Posterior#FEW} at most; as many are stored
     */
    PosteriorRow(Posterior posterior, int width, int topK) {
        this.posterior = posterior;
        this.width = width;
        this.topK = topK;
        this.columns = new int[width];
        this.named = new int[topK][width];
        this.first = new int[width];
        this.second = new int[width];
        this.third = new int[width];
        this.fourth = new int[width];
        this.fifth = new int[width];
        this.entropy = new int[width];
        this.rest = new int[width];
        this.others = new int[width];
    }

    int size() {
        return size;
    }

    /** Of the pixel that was added so many-th. */
    int column(int place) {
        return columns[place];
    }

    void clear() {
        size = 0;
    }

    /** The classes of a pixel by rank, a byte each. @param classes of a row */
    long name(byte[] classes, int column) {
        long name = 0;
        for (int at = column; at < classes.length; at += width) {
            name = name << NAME_BITS | classes[at] & 0xFF;
        }
        return name;
    }

    /** @param naming of the pixel's classes, {@link Naming#isPlain plain} */
    void add(int column, Common common, Naming naming) {
        int place = size++;
        columns[place] = column;
        first[place] = naming.behind(0);
        second[place] = naming.behind(1);
        third[place] = naming.behind(2);
        fourth[place] = naming.behind(3);
        fifth[place] = naming.behind(4);
        for (int rank = 0; rank < topK; rank++) {
            named[rank][place] = naming.base(rank);
        }
        entropy[place] = naming.entropy();
        rest[place] = common.rest();
        others[place] = naming.others();
    }

    /**
     * Writes what is to be stored of the pixels that were added.
     *
     * @param probability of the row's pixels
     * @param shares by level of probability what is added to a class that the expert names
     * @param target a row
     */
    void store(byte[] probability, int[] shares, SegmentationEvidence target) {
        for (int rank = 0; rank < topK; rank++) {
            int[] keys = named[rank];
            add(probability, rank * width, shares, keys);
            place(keys, first, size);
            place(keys, second, size);
            place(keys, third, size);
            place(keys, fourth, size);
            place(keys, fifth, size);
        }
        int[][] best = {first, second, third, fourth, fifth};
        for (int rank = 0; rank < topK; rank++) {
            store(best[rank], rank * width, target.classes(), target.probability());
        }
        byte[] level = target.entropy();
        for (int place = 0; place < size; place++) {
            level[columns[place]] = posterior.entropy(entropy[place], rest[place], others[place]);
        }
    }

    /** Adds the probabilities of the classes that pixels name at one rank. */
    private void add(byte[] probability, int start, int[] shares, int[] keys) {
        int[] columns = this.columns;
        int[] rest = this.rest;
        int[] entropy = this.entropy;
        for (int place = 0; place < size; place++) {
            int more = shares[probability[start + columns[place]] & 0xFF];
            int key = keys[place] + (more << SHARE_BITS);
            keys[place] = key;
            rest[place] -= more;
            entropy[place] += Posterior.entropy(key >> SHARE_BITS);
        }
    }

    /**
     * Leaves the higher keys in {@code best} and the lower in {@code keys}: by their difference and not by
     * {@link Math#max}, which Java has no wide instructions for.
     */
    private static void place(int[] keys, int[] best, int size) {
        for (int place = 0; place < size; place++) {
            int key = keys[place];
            int there = best[place];
            int below = there - key & there - key >> 31;
            best[place] = there - below;
            keys[place] = key + below;
        }
    }

    private void store(int[] keys, int start, byte[] classes, byte[] probability) {
        int[] columns = this.columns;
        for (int place = 0; place < size; place++) {
            int at = start + columns[place];
            int key = keys[place];
            classes[at] = (byte) Posterior.index(key);
            probability[at] = (byte) Posterior.level(key >> SHARE_BITS);
        }
    }
}
