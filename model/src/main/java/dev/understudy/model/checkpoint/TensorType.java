package dev.understudy.model.checkpoint;

import java.util.Locale;

/** Element types that checkpoints use; elements are little-endian. */
public enum TensorType {
    FLOAT64(8, true),
    FLOAT32(4, true),
    FLOAT16(2, true),
    BFLOAT16(2, true),
    INT64(8, false),
    INT32(4, false),
    INT16(2, false),
    INT8(1, false),
    UINT8(1, false),
    BOOL(1, false);

    private final int bytes;
    private final boolean isFloat;

    TensorType(int bytes, boolean isFloat) {
        this.bytes = bytes;
        this.isFloat = isFloat;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    public boolean isFloat() {
        return isFloat;
    }

    /** As PyTorch calls it, for example {@code float32}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }
}
