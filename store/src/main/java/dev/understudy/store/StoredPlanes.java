package dev.understudy.store;

import java.util.ArrayList;
import java.util.List;

/**
 * A data set that each frame of a store has.
 *
 * @param planes its chunks
 * @param floats metres, otherwise bytes
 * @param first number of its first plane among all planes of the frame
 */
record StoredPlanes(String name, int planes, boolean floats, int first) {
    /** All of them, in the order in which their planes are counted. */
    static List<StoredPlanes> of(StoreDescription store) {
        List<StoredPlanes> all = new ArrayList<>();
        if (store.hasSegmentation()) {
            add(all, ShardFormat.CLASS, store.topK(), false);
            add(all, ShardFormat.PROBABILITY, store.topK(), false);
            add(all, ShardFormat.ENTROPY, 1, false);
            add(all, ShardFormat.AGREEMENT, 1, false);
        }
        if (store.hasViews()) {
            add(all, ShardFormat.VIEWS, 1, false);
        }
        if (store.hasDepth()) {
            add(all, ShardFormat.DEPTH, 1, true);
            add(all, ShardFormat.SPREAD, 1, true);
        }
        return all;
    }

    private static void add(List<StoredPlanes> all, String name, int planes, boolean floats) {
        int first = all.isEmpty() ? 0 : all.get(all.size() - 1).end();
        all.add(new StoredPlanes(name, planes, floats, first));
    }

    private int end() {
        return first + planes;
    }

    DatasetShape shape(IndexHead frame) {
        boolean stack = name.equals(ShardFormat.CLASS) || name.equals(ShardFormat.PROBABILITY);
        return new DatasetShape(
                name,
                stack ? new int[] {planes, frame.height(), frame.width()} : new int[] {frame.height(), frame.width()},
                floats);
    }
}
