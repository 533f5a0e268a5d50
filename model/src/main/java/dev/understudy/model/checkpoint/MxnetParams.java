package dev.understudy.model.checkpoint;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * MXNet's {@code .params}: u64 magic, u64 0, u64 count, the arrays, u64 count, the names (u64 length and bytes). Names
 * keep their {@code arg:} or {@code aux:}. An array starts with its version: 2 and 1 have a signature and i64
 * dimensions, the files of 2016–17 start right with the number of dimensions, which are u32.
 */
final class MxnetParams {
    static final long MAGIC = 0x112;
    static final int VERSION_2 = 0xF993FAC9;
    static final int VERSION_1 = 0xF993FAC8;

    private static final int MOST_DIMENSIONS = 32;
    private static final int DENSE = 0;

    private final ByteCursor file;

    private MxnetParams(ByteCursor file) {
        this.file = file;
    }

    /** The reserved zero counts too: a safetensors header of 0x112 bytes starts with the same eight bytes. */
    static boolean matches(ByteCursor file) {
        if (file.size() < 16) {
            return false;
        }
        ByteCursor start = file.within(0, 16, "signature");
        return start.i64("signature") == MAGIC && start.i64("signature") == 0;
    }

    static Map<String, Tensor> read(ByteCursor file) {
        return new MxnetParams(file).read();
    }

    private Map<String, Tensor> read() {
        file.take(16, "header");
        long count = file.i64("number of arrays");
        List<Tensor> arrays = new ArrayList<>();
        for (long i = 0; i != count; i++) {
            arrays.add(array(i));
        }
        long names = file.i64("number of names");
        if (names != count) {
            throw file.failure(
                    "has " + count + " arrays and " + Long.toUnsignedString(names) + " names; save it as a dictionary");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Tensor array : arrays) {
            String name = file.utf8(file.i64("length of a name"), "name");
            if (tensors.put(name, array) != null) {
                throw file.failure("has two arrays " + ByteCursor.quote(name));
            }
        }
        if (file.remaining() > 0) {
            throw file.failure("goes on for " + file.remaining() + " bytes after its end; the file is damaged");
        }
        return tensors;
    }

    private Tensor array(long index) {
        int version = file.i32("version of an array");
        if (version == VERSION_2) {
            int storage = file.i32("storage type");
            if (storage != DENSE) {
                throw file.failure(
                        "array " + index + " has the storage type " + storage + "; only dense ones (0) are read");
            }
        }
        boolean isSigned = version == VERSION_2 || version == VERSION_1;
        long dimensions = isSigned ? file.u32("number of dimensions") : version & 0xFFFFFFFFL;
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
            throw file.failure("array " + index + " has " + dimensions
                    + " dimensions or an unknown version; the file is" + " damaged or newer than is supported");
        }
        long[] shape = new long[(int) dimensions];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = isSigned ? file.i64("dimension") : file.u32("dimension");
        }
        file.take(8, "device");
        TensorType type = type(file.i32("element type"), index);
        int length = Tensor.bytes(shape, type)
                .orElseThrow(() -> file.failure("array " + index + " has the sizes " + Arrays.toString(shape)
                        + ", which cannot be; the file is damaged"));
        ByteBuffer data = file.take(length, "array");
        return new Tensor(shape, type, data);
    }

    private TensorType type(int flag, long index) {
        return switch (flag) {
            case 0 -> TensorType.FLOAT32;
            case 1 -> TensorType.FLOAT64;
            case 2 -> TensorType.FLOAT16;
            case 3 -> TensorType.UINT8;
            case 4 -> TensorType.INT32;
            case 5 -> TensorType.INT8;
            case 6 -> TensorType.INT64;
            default -> throw file.failure("array " + index + " has the unknown element type " + flag);
        };
    }
}
