package dev.understudy.model.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
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

    /** What the writers have in common. */
    static final class TensorBytes {
        private static final int CHUNK = 1 << 16;
        private static final int HEADERS = 64 << 20;

        private TensorBytes() {}

        /** Writes all bytes of {@code content}, whose position stays. */
        static void write(ByteBuffer content, OutputStream out) throws IOException {
            ByteBuffer rest = content.duplicate();
            byte[] chunk = new byte[Math.min(CHUNK, rest.remaining())];
            while (rest.hasRemaining()) {
                int length = Math.min(chunk.length, rest.remaining());
                rest.get(chunk, 0, length);
                out.write(chunk, 0, length);
            }
        }

        /** The reader takes files of up to 2 GiB, so nothing larger is written. */
        static void checkSize(Path file, Checkpoint checkpoint) {
            long bytes = checkpoint.tensors().values().stream()
                    .mapToLong(tensor -> tensor.data().remaining())
                    .sum();
            if (bytes > Integer.MAX_VALUE - HEADERS) {
                throw new CheckpointException(
                        file + ": would have " + bytes + " bytes of tensors; 2 GiB is the most that is supported");
            }
        }
    }
}
