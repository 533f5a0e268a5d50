package dev.understudy.trainer.data;

import dev.understudy.trainer.data.BatchAssembly.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Chooses the frames of batches so that each source has its share of them, exactly as far as whole frames allow: every
 * place goes to the source that is furthest behind. Each source goes through all its frames in an order of its own before
 * any of them comes again. Depends on nothing but the seed and how often it was asked. Used by one thread.
 */
final class MixedSampler {
    private final List<Pass> passes = new ArrayList<>();
    private final double[] shares;
    private final long[] taken;
    private final int batch;
    private long total;

    /** Frame {@code index} of source {@code source}, at place {@code ordinal} of all that were ever drawn. */
    record Draw(int source, int index, long ordinal) {}

    /** @param sizes of the sources, each at least 1 */
    MixedSampler(int[] sizes, double[] shares, int batch, long seed) {
        for (int source = 0; source < sizes.length; source++) {
            passes.add(new Pass(sizes[source], seed, source));
        }
        this.shares = shares.clone();
        this.taken = new long[sizes.length];
        this.batch = batch;
    }

    List<Draw> next() {
        List<Draw> draws = new ArrayList<>(batch);
        for (int i = 0; i < batch; i++) {
            int source = furthestBehind();
            draws.add(new Draw(source, passes.get(source).frame(taken[source]), total));
            taken[source]++;
            total++;
        }
        return draws;
    }

    /** Draws batches and forgets them. */
    void skip(long batches) {
        for (long i = 0; i < batches; i++) {
            next();
        }
    }

    private int furthestBehind() {
        int furthest = 0;
        for (int source = 1; source < shares.length; source++) {
            if (debt(source) > debt(furthest)) {
                furthest = source;
            }
        }
        return furthest;
    }

    private double debt(int source) {
        return shares[source] * (total + 1) - taken[source];
    }

    /** The order of one source's frames, shuffled anew each time all have been seen. */
    private static final class Pass {
        private final int[] order;
        private final long seed;
        private final int source;
        private long pass = -1;

        Pass(int size, long seed, int source) {
            this.order = new int[size];
            this.seed = seed;
            this.source = source;
        }

        int frame(long position) {
            if (position / order.length != pass) {
                pass = position / order.length;
                shuffle();
            }
            return order[(int) (position % order.length)];
        }

        private void shuffle() {
            SplittableRandom random = Draws.of(seed, source, pass);
            for (int i = 0; i < order.length; i++) {
                int j = random.nextInt(i + 1);
                order[i] = order[j];
                order[j] = i;
            }
        }
    }
}
