package dev.understudy.scenes.space;

/**
 * Random numbers that are a function of their keys alone (SplitMix64, Steele et al. 2014). A generator belongs to one
 * thread; {@link #fork} gives independent ones, so that a change in how one thing is drawn leaves the others as they
 * were.
 */
public final class SplitMix {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    private SplitMix(long state) {
        this.state = state;
    }

    public static SplitMix of(long seed, long... keys) {
        long state = mix(seed + GOLDEN);
        for (long key : keys) {
            state = mix(state ^ mix(key + GOLDEN));
        }
        return new SplitMix(state);
    }

    /** The finaliser: a bijection of 64 bits that passes avalanche tests. */
    public static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    public long next() {
        state += GOLDEN;
        return mix(state);
    }

    /** A generator of its own, determined by this one's state and {@code key}; this one does not move. */
    public SplitMix fork(long key) {
        return of(state, key);
    }

    /** Uniform in [0, 1). */
    public double uniform() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    public double uniform(double low, double high) {
        return low + (high - low) * uniform();
    }

    /** Uniform in 0 … bound − 1. */
    public int below(int bound) {
        return (int) (uniform() * bound);
    }

    /** Uniform in low … high, both included. */
    public int between(int low, int high) {
        return low + below(high - low + 1);
    }

    public boolean chance(double probability) {
        return uniform() < probability;
    }

    public int seed() {
        return (int) (next() >>> 32);
    }

    @SafeVarargs
    public final <T> T pick(T... choices) {
        return choices[below(choices.length)];
    }

    /** Close to a standard normal: the sum of four uniforms, bounded by ±3.5. */
    public double gaussian() {
        return bell(next());
    }

    /** {@link #gaussian} from 64 given random bits: four 16-bit uniforms, summed and scaled to unit variance. */
    public static double bell(long bits) {
        long sum = (bits & 0xFFFF) + ((bits >>> 16) & 0xFFFF) + ((bits >>> 32) & 0xFFFF) + (bits >>> 48);
        return (sum - 131070) * (1.7320508075688772 / 65536);
    }
}
