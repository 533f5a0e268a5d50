package dev.understudy.scenes.trace;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A coarse look, to judge a view before it is taken.
 *
 * @param classes how many classes cover more than one in a hundred of the looks
 * @param nearest a close distance: a tenth of the looks end nearer, metres; what is not met counts as far
 * @param median half of the looks end nearer
 */
public record Glance(int classes, double nearest, double median) {
    private static final int COLUMNS = 16;
    private static final int ROWS = 12;

    /** How much there is to see: many classes, and nothing right before the lens. */
    public double interest() {
        return Math.min(8, classes) + Math.min(2.2, median) + 4 * Math.min(0.9, nearest);
    }

    public static Glance of(World world, Camera camera) {
        FrameTracer eye = new FrameTracer(world, camera.resized(COLUMNS, ROWS), 0);
        int n = COLUMNS * ROWS;
        double[] depth = new double[n];
        int[] hits = new int[256];
        for (int i = 0; i < n; i++) {
            Ray ray = eye.look(i % COLUMNS, i / COLUMNS);
            hits[
                    ray.slot < 0
                            ? world.backdrop().label()
                            : world.solids().get(world.bvh().solid(ray.slot)).label()]++;
            depth[i] = ray.high;
        }
        Arrays.sort(depth);
        BitSet seen = new BitSet();
        for (int label = 0; label < hits.length; label++) {
            if (hits[label] > 2) {
                seen.set(label);
            }
        }
        return new Glance(seen.cardinality(), depth[n / 10], depth[n / 2]);
    }
}
