package dev.understudy.model.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A dense array in row-major order, detached from any engine. Immutable.
 *
 * @param shape sizes by dimension; empty for a scalar
 * @param data little-endian elements from position 0 to the limit; not to be changed
 */
public record Tensor(long[] shape, TensorType type, ByteBuffer data) {
    public Tensor {
        data = data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (data.remaining() != elements(shape) * type.bytes()) {
            throw new IllegalArgumentException(
                    "a tensor of " + elements(shape) + " " + type + " elements with " + data.remaining() + " bytes");
        }
    }

    /** A float32 tensor over a copy of the values. */
    public static Tensor of(long[] shape, float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new Tensor(shape, TensorType.FLOAT32, bytes);
    }

    /** Number of elements; 1 for a scalar. */
    public int elements() {
        return (int) elements(shape);
    }

    /** Element {@code index} in row-major order, widened to double. */
    public double get(int index) {
        return switch (type) {
            case FLOAT64 -> data.getDouble(index * 8);
            case FLOAT32 -> data.getFloat(index * 4);
            case FLOAT16 -> HalfPrecision.toFloat(data.getShort(index * 2));
            case BFLOAT16 -> Float.intBitsToFloat(data.getShort(index * 2) << 16);
            case INT64 -> data.getLong(index * 8);
            case INT32 -> data.getInt(index * 4);
            case INT16 -> data.getShort(index * 2);
            case INT8 -> data.get(index);
            case UINT8, BOOL -> data.get(index) & 0xFF;
        };
    }

    /** All elements as float32, in row-major order. */
    public float[] toFloats() {
        float[] values = new float[elements()];
        if (type == TensorType.FLOAT32) {
            data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
            return values;
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) get(i);
        }
        return values;
    }

    private static long elements(long[] shape) {
        long product = 1;
        for (long size : shape) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }
}
