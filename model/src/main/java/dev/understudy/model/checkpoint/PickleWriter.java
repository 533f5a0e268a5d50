package dev.understudy.model.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes the pickle (protocol 2) of an ordered dictionary of tensors, each the whole of the storage that is named by its
 * position: the opcodes and globals that {@code torch.load} allows with {@code weights_only=True}, and no others.
 */
final class PickleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private PickleWriter() {}

    static byte[] stateDict(Map<String, Tensor> tensors) {
        PickleWriter writer = new PickleWriter();
        writer.op(0x80).op(2);
        writer.emptyOrderedDict().op('(');
        int key = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            writer.text(entry.getKey()).tensor(entry.getValue(), key++);
        }
        writer.op('u').op('.');
        return writer.out.toByteArray();
    }

    /** An object of the TorchScript class {@code __torch__.Script} with these attributes, not in training. */
    static byte[] script(Map<String, Tensor> tensors) {
        PickleWriter writer = new PickleWriter();
        writer.op(0x80).op(2);
        writer.global("__torch__", "Script").op(')').op(0x81);
        writer.op('}').op('(').text("training").op(0x89);
        int key = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            writer.text(entry.getKey()).tensor(entry.getValue(), key++);
        }
        writer.op('u').op('b').op('.');
        return writer.out.toByteArray();
    }

    private void tensor(Tensor tensor, int key) {
        long[] shape = tensor.shape();
        global("torch._utils", "_rebuild_tensor_v2").op('(');
        op('(').text("storage").global("torch", storageClass(tensor.type())).text(Integer.toString(key));
        text("cpu").integer(tensor.elements()).op('t').op('Q');
        integer(0).integers(shape).integers(rowMajorStrides(shape)).op(0x89).emptyOrderedDict();
        op('t').op('R');
    }

    /** As PyTorch has them: a size of 0 counts as 1. */
    private static long[] rowMajorStrides(long[] shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, shape[i]);
        }
        return strides;
    }

    private static String storageClass(TensorType type) {
        return switch (type) {
            case FLOAT64 -> "DoubleStorage";
            case FLOAT32 -> "FloatStorage";
            case FLOAT16 -> "HalfStorage";
            case BFLOAT16 -> "BFloat16Storage";
            case INT64 -> "LongStorage";
            case INT32 -> "IntStorage";
            case INT16 -> "ShortStorage";
            case INT8 -> "CharStorage";
            case UINT8 -> "ByteStorage";
            case BOOL -> "BoolStorage";
        };
    }

    private PickleWriter emptyOrderedDict() {
        return global("collections", "OrderedDict").op(')').op('R');
    }

    private PickleWriter global(String module, String name) {
        op('c');
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    private PickleWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        op('X').littleEndian(utf8.length, 4);
        out.writeBytes(utf8);
        return this;
    }

    private PickleWriter integers(long[] values) {
        op('(');
        for (long value : values) {
            integer(value);
        }
        return op('t');
    }

    private PickleWriter integer(long value) {
        if (value >= 0 && value < 1 << 8) {
            return op('K').littleEndian(value, 1);
        }
        if (value >= 0 && value <= Integer.MAX_VALUE) {
            return op('J').littleEndian(value, 4);
        }
        return op(0x8a).op(8).littleEndian(value, 8);
    }

    private PickleWriter littleEndian(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> 8 * i));
        }
        return this;
    }

    private PickleWriter op(int opcode) {
        out.write(opcode);
        return this;
    }
}
