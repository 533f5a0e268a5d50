package dev.understudy.model.inference;

import java.util.Arrays;

/** The best few of the scores of every pixel of a row. Scores come class by class. One thread's own. */
final class RowRanking {
    private final int width;
    private final int candidates;
    private final int kept;
    /** Rank by rank, as the two below. */
    private final float[] values;

    private final int[] places;
    /** Different places for each pixel, the best of the row before. */
    private final int[] likely;

    private final float[] bars;

    /** @param candidates scores of each pixel, at least {@code kept} */
    RowRanking(int width, int candidates, int kept) {
        this.width = width;
        this.candidates = candidates;
        this.kept = kept;
        this.values = new float[kept * width];
        this.places = new int[kept * width];
        this.likely = new int[kept * width];
        this.bars = new float[width];
        Arrays.setAll(likely, i -> i / width);
    }

    /**
     * Insertion into a short sorted list for each pixel. Neighbouring rows mostly have the same best classes, so the scores
     * that the last row's best have here are a bar that few others pass. Of equal scores the earlier place wins.
     *
     * @param scores candidates·width values
     */
    void rank(float[] scores) {
        for (int x = 0; x < width; x++) {
            bars[x] = bar(scores, x);
        }
        Arrays.fill(values, Float.NEGATIVE_INFINITY);
        Arrays.fill(places, 0);
        for (int s = 0; s < candidates; s++) {
            for (int x = 0; x < width; x++) {
                float score = scores[s * width + x];
                if (score > bars[x]) {
                    insert(x, s, score);
                }
            }
        }
        for (int x = 0; x < width; x++) {
            remember(x);
        }
    }

    /** What at least as many scores pass as are kept, if they are numbers. */
    private float bar(float[] scores, int x) {
        float least = Float.POSITIVE_INFINITY;
        for (int at = x; at < likely.length; at += width) {
            least = Math.min(least, scores[likely[at] * width + x]);
        }
        return least > Float.NEGATIVE_INFINITY ? Math.nextDown(least) : Float.NEGATIVE_INFINITY;
    }

    private void insert(int x, int place, float score) {
        int last = (kept - 1) * width + x;
        int at = last;
        while (at >= width && score > values[at - width]) {
            values[at] = values[at - width];
            places[at] = places[at - width];
            at -= width;
        }
        values[at] = score;
        places[at] = place;
        if (values[last] > bars[x]) {
            bars[x] = values[last];
        }
    }

    private void remember(int x) {
        if (values[(kept - 1) * width + x] > Float.NEGATIVE_INFINITY) {
            for (int at = x; at < places.length; at += width) {
                likely[at] = places[at];
            }
        }
    }

    int kept() {
        return kept;
    }

    /** Which score is the {@code rank}-th best, from 0, of pixel {@code x}. */
    int place(int rank, int x) {
        return places[rank * width + x];
    }

    /** The scores themselves, rank by rank: kept·width values; overwritten by the next row. */
    float[] values() {
        return values;
    }
}
