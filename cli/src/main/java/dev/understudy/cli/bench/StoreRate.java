package dev.understudy.cli.bench;

import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.store.LabelStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * How fast labels come out of a store on one thread. Sequence and random order take turns, each with the store opened anew,
 * so that what else the machine does falls on both.
 *
 * @param inSequence frames a second in the store's order
 * @param inRandomOrder frames a second in another
 */
record StoreRate(String store, int frames, double inSequence, double inRandomOrder) {
    private static final int ROUNDS = 4;

    /** The first round warms up and does not count. */
    static StoreRate measure(Path store) {
        double[] seconds = new double[2];
        List<String> ids = List.of();
        for (int round = 0; round < ROUNDS; round++) {
            for (int order = 0; order < 2; order++) {
                try (LabelStore labels = LabelStore.open(store)) {
                    ids = new ArrayList<>(labels.ids());
                    if (order == 1) {
                        Collections.shuffle(ids, new Random(round));
                    }
                    long start = System.nanoTime();
                    ids.forEach(id -> labels.get(id, EvidencePlanes.LABELS));
                    seconds[order] += round == 0 ? 0 : (System.nanoTime() - start) * 1e-9;
                }
            }
        }
        double read = (double) ids.size() * (ROUNDS - 1);
        return new StoreRate(store.toString(), ids.size(), read / seconds[0], read / seconds[1]);
    }

    /** Random order ÷ sequence. */
    double ratio() {
        return inRandomOrder / inSequence;
    }
}
