package dev.understudy.model.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Makes MXNet {@code .params} files in the three versions that arrays have had. Exported in the test jar.
 */
public final class MxnetParamsFiles {
    /** How an array starts. */
    public enum ArrayVersion {
        /** 2016–17: the number of dimensions, u32 dimensions. */
        UNSIGNED,
        /** A signature, u32 number of dimensions, i64 dimensions. */
        V1,
        /** A signature, i32 storage type, then as version 1. */
        V2
    }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private MxnetParamsFiles() {}

    /** The bytes of a file; the names carry {@code arg:} or {@code aux:} already. */
    public static byte[] bytes(ArrayVersion version, Checkpoint checkpoint) {
        MxnetParamsFiles file = new MxnetParamsFiles();
        file.integer(MxnetParams.MAGIC, 8).integer(0, 8);
        file.integer(checkpoint.tensors().size(), 8);
        checkpoint.tensors().values().forEach(tensor -> file.array(version, tensor));
        file.integer(checkpoint.tensors().size(), 8);
        checkpoint.tensors().keySet().forEach(file::name);
        return file.out.toByteArray();
    }

    private void array(ArrayVersion version, Tensor tensor) {
        if (version == ArrayVersion.V2) {
            integer(MxnetParams.VERSION_2, 4).integer(0, 4);
        } else if (version == ArrayVersion.V1) {
            integer(MxnetParams.VERSION_1, 4);
        }
        long[] shape = tensor.shape();
        integer(shape.length, 4);
        for (long size : shape) {
            integer(size, version == ArrayVersion.UNSIGNED ? 4 : 8);
        }
        integer(1, 4).integer(0, 4).integer(FLAGS.get(tensor.type()), 4);
        byte[] data = new byte[tensor.data().limit()];
        tensor.data().duplicate().get(data);
        out.writeBytes(data);
    }

    private static final Map<TensorType, Integer> FLAGS = Map.of(
            TensorType.FLOAT32, 0,
            TensorType.FLOAT64, 1,
            TensorType.FLOAT16, 2,
            TensorType.UINT8, 3,
            TensorType.INT32, 4,
            TensorType.INT8, 5,
            TensorType.INT64, 6);

    private void name(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        integer(utf8.length, 8);
        out.writeBytes(utf8);
    }

    private MxnetParamsFiles integer(long value, int bytes) {
        ByteBuffer little =
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
        out.write(little.array(), 0, bytes);
        return this;
    }
}
