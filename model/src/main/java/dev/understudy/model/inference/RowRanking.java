package dev.understudy.model.inference;

import dev.understudy.model.inference.RowLogarithm.RowBits;
import java.util.Arrays;

/**
 * The best few of the scores of every pixel of a row. One thread's own.
 *
 * <p>A score's first bits and its place make one whole number, its key, and all pixels' keys go through a short sorted
 * list at once, by least and greatest alone, which becomes vector instructions. Where two of a pixel's best keys, or
 * the last that is kept and the next, have the same first bits, or one is not a number, that pixel is ranked again by
 * the scores themselves; what is not a number comes last.
 */
final class RowRanking {
    private static final int ALL_BUT_SIGN = Integer.MAX_VALUE;
    /** Keys are half of what orders floats, so that the difference of two of them is a whole number, too. */
    private static final int LEAST_KEY = Integer.MIN_VALUE >> 1;

    private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY) >> 1;

    private final int width;
    private final int candidates;
    private final int kept;
    private final RowBits bits;
    /**
     * Which of a key's bits are the score's; the others hold the greatest place less the score's, so that the lower
     * wins.
     */
    private final int scoreBits;
    /** Keys, then by list place and pixel those of the best, the first that is not kept included if there is one. */
    private final int[] keys;

    private final int[][] best;
    /** Rank by rank, then pixel by pixel. */
    private final float[][] values;

    private final int[][] places;

    /** @param candidates scores of each pixel, at least {@code kept} */
    RowRanking(int width, int candidates, int kept) {
        this.width = width;
        this.candidates = candidates;
        this.kept = kept;
        this.bits = new RowBits(width);
        this.scoreBits = -Integer.highestOneBit(Math.max(1, 2 * candidates - 1));
        this.keys = new int[width];
        this.best = new int[Math.min(kept + 1, candidates)][width];
        this.values = new float[kept][width];
        this.places = new int[kept][width];
    }

    /**
     * Of equal scores the earlier place wins.
     *
     * @param scores by candidate, then by pixel; without negative zeros
     */
    void rank(float[][] scores) {
        for (int[] list : best) {
            Arrays.fill(list, LEAST_KEY);
        }
        for (int s = 0; s < candidates; s++) {
            bits.of(scores[s], keys);
            toKeys(keys, scoreBits, ~scoreBits - s);
            for (int[] list : best) {
                sift(list, keys);
            }
        }
        for (int rank = 0; rank < kept; rank++) {
            placesOf(best[rank], scoreBits, places[rank]);
        }
        for (int x = 0; x < width; x++) {
            if (isClose(x)) {
                rankExactly(scores, x);
            }
        }
        for (int rank = 0; rank < kept; rank++) {
            for (int x = 0; x < width; x++) {
                values[rank][x] = scores[places[rank][x]][x];
            }
        }
    }

    /** Bits of floats become whole numbers of the same order, whose last bits are a place. */
    private static void toKeys(int[] keys, int scoreBits, int place) {
        for (int x = 0; x < keys.length; x++) {
            int ordered = keys[x] ^ keys[x] >> 31 & ALL_BUT_SIGN;
            keys[x] = ordered >> 1 & scoreBits | place;
        }
    }

    /**
     * Leaves the greater of each pair in the list, the less among those that go on. Of {@link Math#max(int, int)} Java
     * 17 makes no vector instruction.
     */
    private static void sift(int[] list, int[] keys) {
        for (int x = 0; x < keys.length; x++) {
            int difference = keys[x] - list[x];
            int ifNegative = difference & difference >> 31;
            int greater = keys[x] - ifNegative;
            keys[x] = list[x] + ifNegative;
            list[x] = greater;
        }
    }

    private static void placesOf(int[] best, int scoreBits, int[] places) {
        for (int x = 0; x < places.length; x++) {
            places[x] = ~scoreBits - (best[x] & ~scoreBits);
        }
    }

    private boolean isClose(int x) {
        boolean close = (best[0][x] & scoreBits) > INFINITY || (best[best.length - 1][x] & scoreBits) <= ~INFINITY;
        for (int rank = 1; rank < best.length; rank++) {
            close |= ((best[rank - 1][x] ^ best[rank][x]) & scoreBits) == 0;
        }
        return close;
    }

    private void rankExactly(float[][] scores, int x) {
        for (int s = 0; s < candidates; s++) {
            float score = comparable(scores[s][x]);
            int at = Math.min(s, kept);
            while (at > 0 && score > comparable(scores[places[at - 1][x]][x])) {
                if (at < kept) {
                    places[at][x] = places[at - 1][x];
                }
                at--;
            }
            if (at < kept) {
                places[at][x] = s;
            }
        }
    }

    private static float comparable(float score) {
        return score == score ? score : Float.NEGATIVE_INFINITY;
    }

    int kept() {
        return kept;
    }

    /** Which score is the {@code rank}-th best, from 0, of pixel {@code x}. */
    int place(int rank, int x) {
        return places[rank][x];
    }

    /** The scores themselves, by rank, then by pixel; overwritten by the next row. */
    float[][] values() {
        return values;
    }
}
