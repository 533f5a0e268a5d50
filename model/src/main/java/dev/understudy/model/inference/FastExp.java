package dev.understudy.model.inference;

/**
 * exp for arguments of at most 0, to a relative error of 1e-5: far below the 1/255 that evidence is kept to, and below the
 * noise of a gradient. Free
 * of branches and table lookups, so that loops over arrays become vector instructions.
 */
public final class FastExp {
    /** Below this the argument is taken as this: the result is then 1.3e-14. */
    static final float FLOOR = -32f;

    private static final float STEP = 1f / 64;

    private FastExp() {}

    static float exp(float x) {
        // e^x = (e^(x/64))^64; a minimax polynomial on [-0.5, 0], exactly 1 at 0.
        float u = Math.max(x, FLOOR) * STEP;
        float p = 0.0065052686f;
        p = p * u + 0.040687037f;
        p = p * u + 0.16642143f;
        p = p * u + 0.49997273f;
        p = p * u + 0.999999f;
        p = p * u + 1;
        p *= p;
        p *= p;
        p *= p;
        p *= p;
        p *= p;
        return p * p;
    }

    /** {@code result[i] = exp(x[i])} for the first {@code length}; the two may be one. */
    public static void exp(float[] x, float[] result, int length) {
        for (int i = 0; i < length; i++) {
            result[i] = exp(x[i]);
        }
    }
}
