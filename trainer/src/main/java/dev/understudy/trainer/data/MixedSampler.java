package dev.understudy.trainer.data;

import dev.understudy.trainer.data.BatchAssembly.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;

/**
 * Chooses the frames of batches so that each source has its share of them, exactly as far as whole frames allow: every
 * place goes to the source that is furthest behind. Each source goes through all its frames in an order of its own
 * before any of them comes again. Depends on nothing but the seed and how often it was asked. Used by one thread.
 *
 * <p>Pairs: a frame at an even place of a batch (0 is the first) whose source knows a partner for it is followed by
 * that, which takes a place of its source's share and no turn of its own. What has no partner stands alone, as all
 * frames do where none has.
 */
final class MixedSampler {
    private final List<Pass> passes = new ArrayList<>();
    private final double[] shares;
    private final long[] taken;
    /** By source how often its own order was asked for a frame: places taken, less those of partners. */
    private final long[] turns;

    private final IntBinaryOperator partners;
    private final int batch;
    private long total;

    /**
     * Frame {@code index} of source {@code source}, at place {@code ordinal} of all that were ever drawn.
     *
     * @param follows whether it is the partner of the frame before it
     */
    record Draw(int source, int index, long ordinal, boolean follows) {
        /** The place whose random numbers vary the frame: a pair is cut and mirrored alike. */
        long variation() {
            return follows ? ordinal - 1 : ordinal;
        }
    }

    /**
     * @param sizes of the sources, each at least 1
     * @param partners source, frame → its partner in the same source, or −1
     */
    MixedSampler(int[] sizes, double[] shares, int batch, IntBinaryOperator partners, long seed) {
        for (int source = 0; source < sizes.length; source++) {
            passes.add(new Pass(sizes[source], seed, source));
        }
        this.shares = shares.clone();
        this.taken = new long[sizes.length];
        this.turns = new long[sizes.length];
        this.partners = partners;
        this.batch = batch;
    }

    List<Draw> next() {
        List<Draw> draws = new ArrayList<>(batch);
        while (draws.size() < batch) {
            int source = furthestBehind();
            int index = passes.get(source).frame(turns[source]++);
            boolean mayLead = draws.size() % 2 == 0 && draws.size() + 1 < batch;
            take(draws, source, index, false);
            int partner = mayLead ? partners.applyAsInt(source, index) : -1;
            if (partner >= 0) {
                take(draws, source, partner, true);
            }
        }
        return draws;
    }

    private void take(List<Draw> draws, int source, int index, boolean follows) {
        draws.add(new Draw(source, index, total, follows));
        taken[source]++;
        total++;
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
