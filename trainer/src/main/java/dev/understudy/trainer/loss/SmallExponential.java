package dev.understudy.trainer.loss;

/**
 * exp for arguments of at most 0, to a relative error of 2e-7: the softmax of a batch at the target's size takes millions
 * of them, and {@link Math#exp} several times as long.
 */
final class SmallExponential {
    private static final float LOG2_E = 1.44269504f;
    /** ln 2 in two parts, the first with few bits, so that the remainder of the division is exact. */
    private static final float LN2_HIGH = 0.693359375f;

    private static final float LN2_LOW = -2.12194440e-4f;
    /** Below this the result is under 2^-126 and taken as 0. */
    private static final float FLOOR = -87f;

    private SmallExponential() {}

    static float of(float x) {
        if (!(x > FLOOR)) {
            return x <= FLOOR ? 0 : Float.NaN;
        }
        int whole = (int) (x * LOG2_E - 0.5f);
        float f = x - whole * LN2_HIGH - whole * LN2_LOW;
        // Cephes expf: a minimax polynomial on |f| <= ln 2 / 2.
        float p = 1.9875691500e-4f;
        p = p * f + 1.3981999507e-3f;
        p = p * f + 8.3334519073e-3f;
        p = p * f + 4.1665795894e-2f;
        p = p * f + 1.6666665459e-1f;
        p = p * f + 5.0000001201e-1f;
        p = p * f * f + f + 1;
        return p * Float.intBitsToFloat(whole + 127 << 23);
    }
}
