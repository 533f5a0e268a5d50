package dev.understudy.dataset.image;

import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and writes float32 arrays as NumPy does: format versions 1 to 3, little-endian, row-major. A file is read only
 * if its header and its length agree, so what is allocated is never more than what the file holds.
 */
public final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int PREFIX = MAGIC.length + 2;
    /** NumPy itself refuses to parse longer headers unless told to. */
    private static final int MAX_HEADER = 10_000;

    private static final int ALIGNMENT = 64;
    private static final int BUFFER = 1 << 16;

    private NpyFile() {}

    /** @throws DataException if the file is not a complete float32 array of at most 2³¹ − 9 values */
    public static NpyArray read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new DataException(file + ": is a folder, expected a .npy file");
        }
        try (FileChannel channel = FileChannel.open(file)) {
            NpyHeader header = NpyHeader.parse(file, readHeader(file, channel));
            long expected = channel.position() + Math.multiplyExact(header.elements(), Float.BYTES);
            if (channel.size() != expected) {
                throw new DataException(file + ": found " + channel.size() + " bytes, expected " + expected
                        + " for the shape " + Arrays.toString(header.shape()) + "; the file is "
                        + (channel.size() < expected ? "cut off" : "damaged") + ", write it again");
            }
            return new NpyArray(header.shape(), readFloats(file, channel, (int) header.elements()));
        }
    }

    /** Writes format version 1.0, as {@code numpy.save} does; the file appears whole or not at all. */
    public static void write(Path file, NpyArray array) throws IOException {
        AtomicFile.write(file, out -> {
            out.write(header(array.shape()));
            float[] values = array.values();
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
            for (int from = 0; from < values.length; from += BUFFER / Float.BYTES) {
                int count = Math.min(BUFFER / Float.BYTES, values.length - from);
                buffer.asFloatBuffer().put(values, from, count);
                out.write(buffer.array(), 0, count * Float.BYTES);
            }
        });
    }

    private static String readHeader(Path file, FileChannel channel) throws IOException {
        ByteBuffer prefix = readFully(file, channel, PREFIX);
        byte[] magic = new byte[MAGIC.length];
        prefix.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new DataException(file + ": does not start as a .npy file does; write it with numpy.save");
        }
        int major = prefix.get();
        if (major < 1 || major > 3) {
            throw new DataException(file + ": .npy format version " + major + ", expected 1, 2 or 3");
        }
        long length = major == 1
                ? Short.toUnsignedLong(readFully(file, channel, 2).getShort())
                : Integer.toUnsignedLong(readFully(file, channel, 4).getInt());
        if (length > MAX_HEADER) {
            throw new DataException(file + ": a header of " + length + " bytes, expected at most " + MAX_HEADER
                    + "; the file is damaged");
        }
        return new String(readFully(file, channel, (int) length).array(), StandardCharsets.UTF_8);
    }

    private static ByteBuffer readFully(Path file, FileChannel channel, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new DataException(
                        file + ": ends after " + channel.size() + " bytes, within its header; the file is cut off");
            }
        }
        return bytes.flip();
    }

    private static float[] readFloats(Path file, FileChannel channel, int count) throws IOException {
        float[] values = new float[count];
        for (int from = 0; from < count; ) {
            int part = Math.min(BUFFER / Float.BYTES, count - from);
            readFully(file, channel, part * Float.BYTES).asFloatBuffer().get(values, from, part);
            from += part;
        }
        return values;
    }

    private static byte[] header(long[] shape) {
        StringBuilder sizes = new StringBuilder();
        for (long size : shape) {
            sizes.append(size).append(shape.length == 1 ? "," : ", ");
        }
        if (shape.length > 1) {
            sizes.setLength(sizes.length() - 2);
        }
        String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + sizes + "), }";
        int unpadded = PREFIX + 2 + text.length() + 1;
        int padding = (ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT;
        byte[] line = (text + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(PREFIX + 2 + line.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) line.length)
                .put(line)
                .array();
    }

    /** The Python dictionary at the head of a {@code .npy} file. */
    private record NpyHeader(long[] shape) {
        private static final Pattern TYPE = Pattern.compile("'descr' *: *'([^']{1,20})'");
        private static final Pattern ORDER = Pattern.compile("'fortran_order' *: *(True|False)");
        private static final Pattern SHAPE = Pattern.compile("'shape' *: *\\(([0-9, ]{0,400})\\)");
        private static final int MAX_DIMENSIONS = 32;
        private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

        static NpyHeader parse(Path file, String text) {
            String type = find(TYPE, "descr", text, file);
            if (!type.equals("<f4")) {
                throw new DataException(file + ": elements of type " + type
                        + ", expected <f4, which is little-endian float32; save it with .astype('<f4')");
            }
            if (find(ORDER, "fortran_order", text, file).equals("True")) {
                throw new DataException(
                        file + ": stored in Fortran's order, expected C's; save it with numpy.ascontiguousarray");
            }
            NpyHeader header = new NpyHeader(sizes(file, find(SHAPE, "shape", text, file)));
            try {
                if (header.elements() <= MAX_ELEMENTS) {
                    return header;
                }
            } catch (ArithmeticException e) {
                // Said below.
            }
            throw new DataException(file + ": the shape " + Arrays.toString(header.shape) + ", expected at most "
                    + MAX_ELEMENTS + " elements");
        }

        long elements() {
            return NpyArray.elements(shape);
        }

        private static long[] sizes(Path file, String tuple) {
            String[] parts = tuple.isBlank() ? new String[0] : tuple.split(",");
            if (parts.length > MAX_DIMENSIONS
                    || Arrays.stream(parts).anyMatch(p -> !p.strip().matches("[0-9]{1,18}"))) {
                throw new DataException(file + ": the shape (" + tuple + ") is not a tuple of at most " + MAX_DIMENSIONS
                        + " sizes; the file is damaged");
            }
            return Arrays.stream(parts)
                    .map(String::strip)
                    .mapToLong(Long::parseLong)
                    .toArray();
        }

        private static String find(Pattern pattern, String key, String text, Path file) {
            Matcher matcher = pattern.matcher(text);
            if (!matcher.find()) {
                throw new DataException(
                        file + ": the header has no readable '" + key + "'; write the file with numpy.save");
            }
            return matcher.group(1);
        }
    }

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
}
