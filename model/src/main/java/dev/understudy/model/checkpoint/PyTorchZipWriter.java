package dev.understudy.model.checkpoint;

import dev.understudy.files.AtomicFile;
import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.model.checkpoint.TensorType.TensorBytes;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes checkpoints that {@code torch.load(…, weights_only=True)} reads: an ordered dictionary of tensors in PyTorch's
 * zip container. Element types stay as they are; {@link Checkpoint#withFloatsAs} changes them. Same tensors, same
 * bytes.
 */
public final class PyTorchZipWriter {
    /** Where PyTorch starts each storage, so that a mapped file can be used in place. */
    private static final int ALIGNMENT = 64;

    private static final int LOCAL_HEADER = 30;
    private static final int EXTRA_HEADER = 4;
    /** Not the first moment of 1980: that one makes Java add a field with the time in the machine's zone. */
    private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final Counting counting;
    private final ZipOutputStream zip;

    private PyTorchZipWriter(OutputStream out) {
        this.counting = new Counting(out);
        this.zip = new ZipOutputStream(counting);
    }

    /**
     * Writes {@code file} in one step: it appears complete or not at all.
     *
     * @throws CheckpointException if the tensors have more than 2 GiB together
     */
    public static WrittenFile write(Path file, Checkpoint checkpoint) throws IOException {
        TensorBytes.checkSize(file, checkpoint);
        return AtomicFile.write(file, out -> new PyTorchZipWriter(out).write(checkpoint));
    }

    /**
     * Writes a TorchScript file, which {@code torch.jit.load} reads, in one step.
     *
     * @param code of a class {@code Script} whose attributes are {@code training} and the tensors
     * @param extra texts that travel in it, by name; PyTorch gives them as {@code _extra_files}
     * @throws CheckpointException if the tensors have more than 2 GiB together
     */
    public static WrittenFile writeScript(Path file, String code, Checkpoint tensors, SortedMap<String, String> extra)
            throws IOException {
        TensorBytes.checkSize(file, tensors);
        return AtomicFile.write(file, out -> new PyTorchZipWriter(out).write(code, tensors, extra));
    }

    private void write(String code, Checkpoint tensors, SortedMap<String, String> extra) throws IOException {
        entry("data.pkl", ByteBuffer.wrap(PickleWriter.script(tensors.tensors())));
        entry("code/__torch__.py", ascii(code));
        int key = 0;
        for (Tensor tensor : tensors.tensors().values()) {
            entry("data/" + key++, tensor.data());
        }
        // An empty tuple.
        entry("constants.pkl", ByteBuffer.wrap(new byte[] {(byte) 0x80, 2, ')', '.'}));
        for (Map.Entry<String, String> text : extra.entrySet()) {
            entry("extra/" + text.getKey(), ByteBuffer.wrap(text.getValue().getBytes(StandardCharsets.UTF_8)));
        }
        entry("version", ascii("3\n"));
        zip.finish();
    }

    private void write(Checkpoint checkpoint) throws IOException {
        entry("data.pkl", ByteBuffer.wrap(PickleWriter.stateDict(checkpoint.tensors())));
        entry("byteorder", ascii("little"));
        int key = 0;
        for (Tensor tensor : checkpoint.tensors().values()) {
            entry("data/" + key++, tensor.data());
        }
        entry("version", ascii("3\n"));
        zip.finish();
    }

    private void entry(String name, ByteBuffer content) throws IOException {
        ZipEntry entry = new ZipEntry("archive/" + name);
        CRC32 crc = new CRC32();
        crc.update(content.duplicate());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.remaining());
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(ALWAYS);
        entry.setExtra(padding(counting.count + LOCAL_HEADER + entry.getName().length() + EXTRA_HEADER));
        zip.putNextEntry(entry);
        TensorBytes.write(content, zip);
        zip.closeEntry();
    }

    /** PyTorch's extra field FB, as long as it takes to bring {@code dataAt} to the next multiple. */
    private static byte[] padding(long dataAt) {
        int length = (int) (-dataAt & ALIGNMENT - 1);
        byte[] extra = new byte[EXTRA_HEADER + length];
        Arrays.fill(extra, (byte) 'Z');
        extra[0] = 'F';
        extra[1] = 'B';
        extra[2] = (byte) length;
        extra[3] = 0;
        return extra;
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static final class Counting extends FilterOutputStream {
        private long count;

        Counting(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }
    }

    /**
     * Writes the pickle (protocol 2) of an ordered dictionary of tensors, each the whole of the storage that is named
     * by its position: the opcodes and globals that {@code torch.load} allows with {@code weights_only=True}, and no
     * others.
     */
    private static final class PickleWriter {
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
}
