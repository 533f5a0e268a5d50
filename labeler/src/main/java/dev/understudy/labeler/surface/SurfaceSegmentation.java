package dev.understudy.labeler.surface;

import dev.understudy.labeler.surface.Regions.DisjointSets;
import java.util.Arrays;

/**
 * Segments of surface: Felzenszwalb and Huttenlocher's graph-based segmentation (2004) over {@link Barriers}. Two
 * segments join when the lowest barrier between them is not higher than what each of them holds inside, plus {@code
 * scale} ÷ its size; so a larger scale gives larger segments. Pixels without a barrier between them are joined and the
 * barriers sorted once, by counting, in 1/256 steps; each scale then takes one pass.
 */
public final class SurfaceSegmentation {
    private static final int STEPS = 256;
    private static final int HIGHEST = 16 * STEPS;

    private final int width;
    /** Pixels with no barrier between them: they join at every scale. */
    private final Regions flat;
    /**
     * All other pairs of neighbours by rising barrier: their flat segments, side by side, and the barrier. So a pass
     * reads them in a row and looks at far fewer segments than there are pixels.
     */
    private final int[] ends;

    private final float[] heights;

    public SurfaceSegmentation(Barriers barriers) {
        this.width = barriers.width();
        DisjointSets pixels = new DisjointSets(width * barriers.height());
        int[] pairs = uneven(barriers, pixels);
        this.flat = pixels.regions();
        int[] segment = flat.region();
        int count = 0;
        for (int pair : pairs) {
            if (segment[pair >> 1] != segment[other(pair)]) {
                pairs[count++] = pair;
            }
        }
        this.ends = new int[2 * count];
        this.heights = new float[count];
        sort(barriers, Arrays.copyOf(pairs, count), segment);
    }

    /**
     * Joins the neighbours that have no barrier between them.
     *
     * @return the others: each pixel with the one on its right, pixel·2, and the one below, pixel·2 + 1
     */
    private int[] uneven(Barriers barriers, DisjointSets pixels) {
        int height = barriers.height();
        int[] uneven = new int[2 * width * height - width - height];
        int count = 0;
        for (int y = 0; y < height; y++) {
            int end = (y + 1) * width;
            for (int i = y * width; i < end; i++) {
                if (i + 1 < end) {
                    if (barriers.right()[i] == 0) {
                        pixels.unite(i, i + 1);
                    } else {
                        uneven[count++] = 2 * i;
                    }
                }
                if (y + 1 < height) {
                    if (barriers.down()[i] == 0) {
                        pixels.unite(i, i + width);
                    } else {
                        uneven[count++] = 2 * i + 1;
                    }
                }
            }
        }
        return Arrays.copyOf(uneven, count);
    }

    private void sort(Barriers barriers, int[] unsorted, int[] segment) {
        int[] start = new int[HIGHEST + 2];
        int[] steps = new int[unsorted.length];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = step(barriers, unsorted[i]);
            start[steps[i] + 1]++;
        }
        for (int s = 0; s <= HIGHEST; s++) {
            start[s + 1] += start[s];
        }
        for (int i = 0; i < steps.length; i++) {
            int pair = unsorted[i];
            int at = start[steps[i]]++;
            ends[2 * at] = segment[pair >> 1];
            ends[2 * at + 1] = segment[other(pair)];
            heights[at] = barrier(barriers, pair);
        }
    }

    private static int step(Barriers barriers, int pair) {
        return Math.min((int) (barrier(barriers, pair) * STEPS), HIGHEST);
    }

    /**
     * @param scale barrier × pixels
     * @param smallest segments with fewer pixels join a neighbour across the lowest barrier
     */
    public Regions segments(double scale, int smallest) {
        DisjointSets sets = DisjointSets.ofSizes(flat.size());
        // By root the highest barrier that is no reason against joining
        double[] limit = new double[flat.count()];
        for (int i = 0; i < limit.length; i++) {
            limit[i] = scale / sets.size(i);
        }
        int[] apart = new int[heights.length];
        int left = 0;
        for (int pair = 0; pair < heights.length; pair++) {
            int a = sets.root(ends[2 * pair]);
            int b = sets.root(ends[2 * pair + 1]);
            if (a != b) {
                float barrier = heights[pair];
                if (barrier <= limit[a] && barrier <= limit[b]) {
                    int both = sets.join(a, b);
                    limit[both] = barrier + scale / sets.size(both);
                } else {
                    apart[left++] = pair;
                }
            }
        }
        for (int i = 0; i < left; i++) {
            int a = sets.root(ends[2 * apart[i]]);
            int b = sets.root(ends[2 * apart[i] + 1]);
            if (a != b && Math.min(sets.size(a), sets.size(b)) < smallest) {
                sets.join(a, b);
            }
        }
        Regions joined = sets.regions();
        int[] region = new int[flat.region().length];
        for (int i = 0; i < region.length; i++) {
            region[i] = joined.region()[flat.region()[i]];
        }
        return new Regions(region, joined.size());
    }

    private int other(int pair) {
        return (pair >> 1) + ((pair & 1) == 0 ? 1 : width);
    }

    private static float barrier(Barriers barriers, int pair) {
        return (pair & 1) == 0 ? barriers.right()[pair >> 1] : barriers.down()[pair >> 1];
    }
}
