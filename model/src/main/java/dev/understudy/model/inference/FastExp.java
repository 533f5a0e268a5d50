package dev.understudy.model.inference;

/** exp for arguments of at most 0, to a relative error of 3e-7; several times faster than {@link Math#exp}. */
final class FastExp {
    private static final float LOG2_E = 1.44269504f;
    /** Below this the result is less than 4e-18 and taken as 0. */
    static final float FLOOR = -40f;

    private FastExp() {}

    static float exp(float x) {
        if (!(x > FLOOR)) {
            return x <= FLOOR ? 0 : Float.NaN;
        }
        float t = x * LOG2_E;
        int whole = (int) (t - 0.5f);
        float f = t - whole;
        // Taylor terms of 2^f, |f| <= 1/2.
        float p = 1.5403530e-4f;
        p = p * f + 1.3333558e-3f;
        p = p * f + 9.6181291e-3f;
        p = p * f + 5.5504109e-2f;
        p = p * f + 2.4022651e-1f;
        p = p * f + 6.9314718e-1f;
        p = p * f + 1f;
        return p * Float.intBitsToFloat(whole + 127 << 23);
    }
}
