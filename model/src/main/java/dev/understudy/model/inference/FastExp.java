package dev.understudy.model.inference;

/**
 * exp to a relative error of 3e-7, several times faster than {@link Math#exp}. Softmax over upsampled logits takes
 * millions of them. Stateless, safe for several threads.
 */
public final class FastExp {
    /** Below this the result is less than 2e-38 and taken as 0. Above its negative it is not defined. */
    static final float FLOOR = -87f;

    private static final float PER_OCTAVE = (float) (1 / Math.log(2));
    /** ln 2 in two parts; products of the first with whole numbers up to 2¹⁰ are exact. */
    private static final float OCTAVE_HIGH = 0.693359375f;

    private static final float OCTAVE_LOW = (float) (Math.log(2) - 0.693359375);

    /** Added to a small number it leaves the nearest whole number in the last bits. */
    private static final float WHOLE = 1.5f * (1 << 23);

    /** Below this {@link #decay} does not look closer; what is left is 4e-11. */
    private static final float DEEPEST = -24f;

    private static final float HALVINGS = 1f / 128;

    private static final int EXPONENT_SHIFT = 23;
    private static final int EXPONENT_BIAS = 127;

    private FastExp() {}

    static float exp(float x) {
        return scaled(series(x), x);
    }

    /** {@code result[i] = exp(x[i])} for the first {@code length}; two arrays. */
    public static void exp(float[] x, float[] result, int length) {
        // Two loops, for the first becomes vector instructions only without the other's moves between registers of two
        // kinds.
        for (int i = 0; i < length; i++) {
            result[i] = series(x[i]);
        }
        for (int i = 0; i < length; i++) {
            result[i] = scaled(result[i], x[i]);
        }
    }

    /**
     * e^r for {@code x = n·ln 2 + r} with whole n and |r| ≤ ½·ln 2, by its series; the first term left out is below
     * 6e-9.
     */
    private static float series(float x) {
        float n = x * PER_OCTAVE + WHOLE - WHOLE;
        float r = x - n * OCTAVE_HIGH - n * OCTAVE_LOW;
        float tail = 1 / 6f + r * (1 / 24f + r * (1 / 120f + r * (1 / 720f + r * (1 / 5040f))));
        return 1 + (r + r * r * (0.5f + r * tail));
    }

    /** Times 2ⁿ. */
    private static float scaled(float series, float x) {
        int n = Float.floatToRawIntBits(x * PER_OCTAVE + WHOLE);
        float power = Float.intBitsToFloat((n + EXPONENT_BIAS) << EXPONENT_SHIFT);
        return x < FLOOR ? 0 : series * power;
    }

    /**
     * {@code result[i] = exp(x[i] − top[i])} for as many as {@code result} holds, where no x is above its top, to a
     * relative error of 1e-5 down to e⁻¹⁰. Of what is further below, only that it is next to nothing. Made for softmax
     * over rows: it squares, which becomes vector instructions, where {@link #exp} puts an exponent into its bits,
     * which does not.
     */
    static void decay(float[] x, float[] top, float[] result) {
        for (int i = 0; i < result.length; i++) {
            result[i] = decay(Math.max(x[i] - top[i], DEEPEST));
        }
    }

    /** Adds e^d and d·e^d of {@code d = x[i] − top[i]} to two sums. */
    static void addDecay(float[] x, float[] top, float[] sum, float[] weighted) {
        for (int i = 0; i < sum.length; i++) {
            float d = Math.max(x[i] - top[i], DEEPEST);
            float e = decay(d);
            sum[i] += e;
            weighted[i] += d * e;
        }
    }

    /** (e^(d / 128))^128. */
    private static float decay(float d) {
        float r = d * HALVINGS;
        float e = 1 + (r + r * r * (0.5f + r * (1 / 6f + r * (1 / 24f))));
        e *= e;
        e *= e;
        e *= e;
        e *= e;
        e *= e;
        e *= e;
        return e * e;
    }
}
