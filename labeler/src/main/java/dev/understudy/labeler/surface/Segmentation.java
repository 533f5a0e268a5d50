package dev.understudy.labeler.surface;

import java.util.Arrays;

/**
 * Pieces of surface: Felzenszwalb and Huttenlocher's graph-based segmentation (2004) over {@link Barriers}. Two pieces join
 * when the lowest barrier between them is not higher than what each of them holds inside, plus {@code scale} ÷ its size; so a
 * larger scale gives larger pieces. Pixels without a barrier between
 * them are joined and the barriers sorted once, by counting, in 1/256 steps; each scale then takes one pass.
 */
public final class Segmentation {
    private static final int STEPS = 256;
    private static final int HIGHEST = 16 * STEPS;

    private final Barriers barriers;
    /** Pixels with no barrier between them: they join at every scale. */
    private final DisjointSets flat;
    /** All other neighbour pairs by rising barrier: pixel·2, +1 for the one below. */
    private final int[] pairs;

    public Segmentation(Barriers barriers) {
        this.barriers = barriers;
        this.flat = new DisjointSets(barriers.width() * barriers.height());
        int[] all = neighbours(barriers.width(), barriers.height());
        for (int pair : all) {
            if (barrier(pair) == 0) {
                flat.unite(pair >> 1, other(pair));
            }
        }
        this.pairs = sorted(Arrays.stream(all)
                .filter(pair -> flat.root(pair >> 1) != flat.root(other(pair)))
                .toArray());
    }

    private static int[] neighbours(int width, int height) {
        int[] all = new int[2 * width * height - width - height];
        int count = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                if (x + 1 < width) {
                    all[count++] = 2 * i;
                }
                if (y + 1 < height) {
                    all[count++] = 2 * i + 1;
                }
            }
        }
        return all;
    }

    private int[] sorted(int[] unsorted) {
        int[] start = new int[HIGHEST + 2];
        for (int pair : unsorted) {
            start[step(pair) + 1]++;
        }
        for (int s = 0; s <= HIGHEST; s++) {
            start[s + 1] += start[s];
        }
        int[] rising = new int[unsorted.length];
        for (int pair : unsorted) {
            rising[start[step(pair)]++] = pair;
        }
        return rising;
    }

    private int step(int pair) {
        return Math.min((int) (barrier(pair) * STEPS), HIGHEST);
    }

    /**
     * @param scale barrier × pixels
     * @param smallest pieces with fewer pixels join a neighbour across the lowest barrier
     */
    public Regions pieces(double scale, int smallest) {
        DisjointSets sets = flat.copy();
        float[] inside = new float[barriers.width() * barriers.height()];
        for (int pair : pairs) {
            int a = sets.root(pair >> 1);
            int b = sets.root(other(pair));
            if (a != b) {
                float barrier = barrier(pair);
                if (barrier <= inside[a] + scale / sets.size(a) && barrier <= inside[b] + scale / sets.size(b)) {
                    inside[sets.join(a, b)] = barrier;
                }
            }
        }
        for (int pair : pairs) {
            int a = sets.root(pair >> 1);
            int b = sets.root(other(pair));
            if (a != b && Math.min(sets.size(a), sets.size(b)) < smallest) {
                sets.join(a, b);
            }
        }
        return sets.regions();
    }

    private int other(int pair) {
        return (pair >> 1) + ((pair & 1) == 0 ? 1 : barriers.width());
    }

    private float barrier(int pair) {
        return (pair & 1) == 0 ? barriers.right()[pair >> 1] : barriers.down()[pair >> 1];
    }
}
