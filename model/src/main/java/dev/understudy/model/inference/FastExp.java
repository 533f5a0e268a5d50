package dev.understudy.model.inference;

/**
 * exp for arguments of at most 0, to a relative error of 3e-7; several times faster than {@link Math#exp}. Softmax over
 * upsampled logits takes millions of them. Stateless, safe for several threads.
 */
public final class FastExp {
    /** Here and below the result is less than 2e-38 and taken as 0. */
    static final float FLOOR = -87f;

    private static final int STEPS_PER_UNIT = 64;
    private static final float[] TABLE = new float[(int) -FLOOR * STEPS_PER_UNIT + 2];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            TABLE[i] = (float) Math.exp((double) -i / STEPS_PER_UNIT);
        }
    }

    private FastExp() {}

    static float exp(float x) {
        if (!(x > FLOOR)) {
            return x <= FLOOR ? 0 : Float.NaN;
        }
        int nearest = (int) (0.5f - x * STEPS_PER_UNIT);
        float rest = x + nearest * (1f / STEPS_PER_UNIT);
        return TABLE[nearest] * (1 + rest * (1 + 0.5f * rest));
    }

    /** {@code result[i] = exp(x[i])} for the first {@code length}; the two may be one. */
    public static void exp(float[] x, float[] result, int length) {
        for (int i = 0; i < length; i++) {
            result[i] = exp(x[i]);
        }
    }
}
