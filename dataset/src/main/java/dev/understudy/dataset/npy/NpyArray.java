package dev.understudy.dataset.npy;

import java.util.Arrays;

/**
 * A dense float32 array.
 *
 * @param shape sizes by dimension; empty for a scalar; not to be changed
 * @param values row-major; not to be changed
 */
public record NpyArray(long[] shape, float[] values) {
    public NpyArray {
        long elements = elements(shape);
        if (values.length != elements) {
            throw new IllegalArgumentException(values.length + " values for the shape " + Arrays.toString(shape));
        }
    }

    /** @throws ArithmeticException if there are more than a long can count */
    static long elements(long[] shape) {
        long product = 1;
        for (long size : shape) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }
}
