package dev.understudy.model.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Natural logarithms of a row at once, to an error of 3e-7 and of as much of the result. One thread's own.
 */
final class RowLogarithm {
    /** Bits of √½. */
    private static final int HALF_OCTAVE = 0x3F3504F3;

    private static final int EXPONENT_SHIFT = 23;
    /** Added to the bits of this float, small whole numbers are those of the float that is larger by them. */
    private static final float WHOLE = 1.5f * (1 << EXPONENT_SHIFT);

    private static final int WHOLE_BITS = Float.floatToRawIntBits(WHOLE);

    private static final float OCTAVE = (float) Math.log(2);

    private final RowBits bits;
    private final int[] whole;
    private final int[] octaves;
    private final float[] octave;
    private final float[] rest;

    /** @param width of the rows */
    RowLogarithm(int width) {
        this.bits = new RowBits(width);
        this.whole = new int[width];
        this.octaves = new int[width];
        this.octave = new float[width];
        this.rest = new float[width];
    }

    /** {@code result[i] = ln(x[i])}, where 0 counts as 1e-38. */
    void of(float[] x, float[] result) {
        split(x);
        logarithms(octave, rest, result);
    }

    /** {@code sum[i] −= p[i]·ln(p[i])}, 0 where p is 0. */
    void addEntropy(float[] p, float[] sum) {
        split(p);
        logarithms(octave, rest, rest);
        for (int i = 0; i < sum.length; i++) {
            sum[i] -= p[i] * rest[i];
        }
    }

    /** x = 2ⁿ·r with √½ ≤ r < √2, n as it stands in a float. */
    private void split(float[] x) {
        bits.of(x, whole);
        separate(whole, octaves);
        bits.floatsOf(whole, rest);
        bits.floatsOf(octaves, octave);
    }

    private static void separate(int[] bits, int[] octaves) {
        for (int i = 0; i < bits.length; i++) {
            int n = bits[i] - HALF_OCTAVE >> EXPONENT_SHIFT;
            bits[i] -= n << EXPONENT_SHIFT;
            octaves[i] = n + WHOLE_BITS;
        }
    }

    /** ln r = 2·artanh((r − 1) / (r + 1)), by its series; the first term left out is below 4e-8. */
    private static void logarithms(float[] octave, float[] rest, float[] result) {
        for (int i = 0; i < result.length; i++) {
            float t = (rest[i] - 1) / (rest[i] + 1);
            float square = t * t;
            float series = 2 + square * (2 / 3f + square * (2 / 5f + square * (2 / 7f)));
            result[i] = (octave[i] - WHOLE) * OCTAVE + t * series;
        }
    }

    /**
     * The bits of a row of floats as whole numbers, and back. Java 17 makes no vector instructions of
     * {@link Float#floatToRawIntBits} and its inverse, but copies a row through memory in no time, and what is done to
     * whole numbers afterwards does become vector instructions. One thread's own.
     */
    static final class RowBits {
        private final FloatBuffer floats;
        private final IntBuffer ints;

        /** @param width of the longest row */
        RowBits(int width) {
            ByteBuffer memory = ByteBuffer.allocateDirect(Math.multiplyExact(width, Float.BYTES))
                    .order(ByteOrder.nativeOrder());
            this.floats = memory.asFloatBuffer();
            this.ints = memory.asIntBuffer();
        }

        /** Fills {@code to} with the bits of as many floats. */
        void of(float[] from, int[] to) {
            floats.put(0, from, 0, to.length);
            ints.get(0, to, 0, to.length);
        }

        /** Fills {@code to} with the floats that have the bits of as many whole numbers. */
        void floatsOf(int[] from, float[] to) {
            ints.put(0, from, 0, to.length);
            floats.get(0, to, 0, to.length);
        }
    }
}
