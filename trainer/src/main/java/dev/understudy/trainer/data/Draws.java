package dev.understudy.trainer.data;

import java.util.SplittableRandom;

/**
 * Random numbers that depend on nothing but a seed and on what they are for, so that no thread and no order of work can
 * change them.
 */
final class Draws {
    private Draws() {}

    /** A generator for one purpose, which the keys name. */
    static SplittableRandom of(long seed, long... keys) {
        long mixed = seed;
        for (long key : keys) {
            mixed = mix(mixed * 0x9E3779B97F4A7C15L + key);
        }
        return new SplittableRandom(mixed);
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
