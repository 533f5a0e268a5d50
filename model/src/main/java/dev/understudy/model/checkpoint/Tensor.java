package dev.understudy.model.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * A dense array in row-major order, detached from any engine. Immutable, and safe for use by several threads. It may be
 * a window onto a mapped file, which stays mapped as long as the tensor lives.
 *
 * @param shape sizes by dimension; empty for a scalar
 * @param data little-endian elements from position 0 to the limit; read-only. Take a {@link ByteBuffer#duplicate()}
 *     (and set its byte order) before moving its position.
 */
public record Tensor(long[] shape, TensorType type, ByteBuffer data) {
    /** Elements that are copied out at once: they stay in the processor's first cache. */
    private static final int BLOCK = 4096;

    /** @throws IllegalArgumentException if the bytes are not those of the shape */
    public Tensor {
        shape = shape.clone();
        data = data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (data.remaining() != bytes(shape, type).orElse(-1)) {
            throw new IllegalArgumentException("a tensor of " + Arrays.toString(shape) + " " + type.title() + " with "
                    + data.remaining() + " bytes");
        }
    }

    /** A float32 tensor over a copy of the values. */
    public static Tensor of(long[] shape, float[] values) {
        ByteBuffer bytes = littleEndian(Math.multiplyExact(values.length, 4));
        bytes.asFloatBuffer().put(values);
        return new Tensor(shape, TensorType.FLOAT32, bytes);
    }

    /** A copy. */
    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** Number of elements; 1 for a scalar. */
    public int elements() {
        return data.limit() / type.bytes();
    }

    /** Element {@code index} in row-major order, widened to double. */
    public double get(int index) {
        return switch (type) {
            case FLOAT64 -> data.getDouble(index * 8);
            case FLOAT32 -> data.getFloat(index * 4);
            case FLOAT16 -> HalfFloats.toFloat(data.getShort(index * 2));
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

    /** Place in row-major order of the first element that is no finite number as float32; empty if all are. */
    public OptionalInt firstNotFinite() {
        if (type == TensorType.FLOAT32) {
            return firstNotFiniteFloat();
        }
        if (type.isFloat()) {
            for (int i = 0; i < elements(); i++) {
                if (!Float.isFinite((float) get(i))) {
                    return OptionalInt.of(i);
                }
            }
        }
        return OptionalInt.empty();
    }

    /** Copied out in blocks, for element by element from a buffer takes several times as long. */
    private OptionalInt firstNotFiniteFloat() {
        FloatBuffer floats =
                data.duplicate().order(ByteOrder.LITTLE_ENDIAN).rewind().asFloatBuffer();
        float[] block = new float[Math.min(BLOCK, floats.remaining())];
        while (floats.hasRemaining()) {
            int start = floats.position();
            int count = Math.min(block.length, floats.remaining());
            floats.get(block, 0, count);
            for (int i = 0; i < count; i++) {
                if (!Float.isFinite(block[i])) {
                    return OptionalInt.of(start + i);
                }
            }
        }
        return OptionalInt.empty();
    }

    /**
     * The same values as {@code target}, rounded to nearest even.
     *
     * @throws ArithmeticException if a finite value is beyond the range of {@code target}
     * @throws IllegalArgumentException if {@code target} is no floating-point type
     */
    public Tensor as(TensorType target) {
        if (target == type) {
            return this;
        }
        ByteBuffer bytes = littleEndian(Math.multiplyExact(elements(), target.bytes()));
        for (int i = 0; i < elements(); i++) {
            double value = get(i);
            put(bytes, target, value);
            if (Double.isFinite(value) && !Double.isFinite(lastOf(bytes, target))) {
                throw new ArithmeticException("the value " + value + " is beyond the range of " + target.title());
            }
        }
        return new Tensor(shape, target, bytes.flip());
    }

    private static void put(ByteBuffer bytes, TensorType target, double value) {
        switch (target) {
            case FLOAT64 -> bytes.putDouble(value);
            case FLOAT32 -> bytes.putFloat((float) value);
            case FLOAT16 -> bytes.putShort(HalfFloats.fromFloat((float) value));
            case BFLOAT16 -> bytes.putShort(HalfFloats.brainFromFloat((float) value));
            default -> throw new IllegalArgumentException(target.title() + " is no floating-point type");
        }
    }

    private static double lastOf(ByteBuffer bytes, TensorType target) {
        int at = bytes.position() - target.bytes();
        return switch (target) {
            case FLOAT64 -> bytes.getDouble(at);
            case FLOAT32 -> bytes.getFloat(at);
            case FLOAT16 -> HalfFloats.toFloat(bytes.getShort(at));
            default -> Float.intBitsToFloat(bytes.getShort(at) << 16);
        };
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Size of the data of a tensor; empty for a negative size and from 2 GiB on. */
    static OptionalInt bytes(long[] shape, TensorType type) {
        long product = Arrays.stream(shape).anyMatch(size -> size == 0) ? 0 : type.bytes();
        for (long size : shape) {
            if (size < 0 || product > 0 && size > Integer.MAX_VALUE / product) {
                return OptionalInt.empty();
            }
            product *= size;
        }
        return OptionalInt.of((int) product);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor tensor
                && type == tensor.type
                && Arrays.equals(shape, tensor.shape)
                && data.equals(tensor.data);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(shape) + type.hashCode()) + data.hashCode();
    }

    @Override
    public String toString() {
        return type.title() + Arrays.toString(shape);
    }

    /** IEEE 754 binary16 and bfloat16, which Java 17 cannot convert. */
    static final class HalfFloats {
        private HalfFloats() {}

        static float toFloat(short bits) {
            int sign = (bits & 0x8000) << 16;
            int exponent = bits >> 10 & 0x1F;
            int mantissa = bits & 0x3FF;
            if (exponent == 0x1F) {
                return Float.intBitsToFloat(sign | 0x7F800000 | mantissa << 13);
            }
            if (exponent == 0) {
                float magnitude = mantissa * 0x1p-24f;
                return sign == 0 ? magnitude : -magnitude;
            }
            return Float.intBitsToFloat(sign | exponent + 112 << 23 | mantissa << 13);
        }

        /** Rounds to nearest even; what is too large becomes infinite. */
        static short fromFloat(float value) {
            int bits = Float.floatToRawIntBits(value);
            int sign = bits >>> 16 & 0x8000;
            int magnitude = bits & 0x7FFFFFFF;
            if (magnitude > 0x7F800000) {
                return (short) (sign | 0x7E00);
            }
            if (magnitude >= 0x477FF000) {
                return (short) (sign | 0x7C00);
            }
            if (magnitude < 0x38800000) {
                // A subnormal counts multiples of 2^-24; rint rounds as binary16 does.
                return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
            }
            int rounded = magnitude + 0xFFF + (magnitude >> 13 & 1);
            return (short) (sign | (rounded >> 13) - (112 << 10));
        }

        /** The upper half of a float32, rounded to nearest even. */
        static short brainFromFloat(float value) {
            int bits = Float.floatToRawIntBits(value);
            if (Float.isNaN(value)) {
                return (short) (bits >>> 16 | 0x40);
            }
            return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
        }
    }
}
