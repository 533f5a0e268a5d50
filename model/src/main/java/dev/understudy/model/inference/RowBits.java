package dev.understudy.model.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * The bits of a row of floats as whole numbers, and back. Java 17 makes no vector instructions of
 * {@link Float#floatToRawIntBits} and its inverse, but copies a row through memory in no time, and what is done to
 * whole numbers afterwards does become vector instructions. One thread's own.
 */
final class RowBits {
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
