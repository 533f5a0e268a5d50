package dev.understudy.labeler.surface;

/**
 * Pieces of surface: Felzenszwalb and Huttenlocher's graph-based segmentation (2004) over {@link Barriers}. Two pieces join
 * when the lowest barrier between them is not higher than what each of them holds inside, plus {@code scale} ÷ its size; so a
 * larger scale gives larger pieces. Barriers are sorted once by counting, in 1/256 steps; each scale then takes one pass.
 */
public final class Segmentation {
    private static final int STEPS = 256;
    private static final int HIGHEST = 16 * STEPS;

    private final Barriers barriers;
    /** Neighbour pairs by rising barrier: pixel·2, +1 for the one below. */
    private final int[] pairs;

    public Segmentation(Barriers barriers) {
        this.barriers = barriers;
        this.pairs = sorted(barriers);
    }

    private static int[] sorted(Barriers barriers) {
        int width = barriers.width();
        int height = barriers.height();
        int[] start = new int[HIGHEST + 2];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                if (x + 1 < width) {
                    start[step(barriers.right()[i]) + 1]++;
                }
                if (y + 1 < height) {
                    start[step(barriers.down()[i]) + 1]++;
                }
            }
        }
        for (int s = 0; s <= HIGHEST; s++) {
            start[s + 1] += start[s];
        }
        int[] pairs = new int[start[HIGHEST + 1]];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                if (x + 1 < width) {
                    pairs[start[step(barriers.right()[i])]++] = 2 * i;
                }
                if (y + 1 < height) {
                    pairs[start[step(barriers.down()[i])]++] = 2 * i + 1;
                }
            }
        }
        return pairs;
    }

    private static int step(float barrier) {
        return Math.min((int) (barrier * STEPS), HIGHEST);
    }

    /**
     * @param scale barrier × pixels
     * @param smallest pieces with fewer pixels join a neighbour across the lowest barrier
     */
    public Regions pieces(double scale, int smallest) {
        int pixels = barriers.width() * barriers.height();
        DisjointSets sets = new DisjointSets(pixels);
        float[] inside = new float[pixels];
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
