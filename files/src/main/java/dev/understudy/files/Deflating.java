package dev.understudy.files;

import java.io.ByteArrayOutputStream;
import java.util.zip.Deflater;

/**
 * Deflates into zlib's format at its fastest, by ISA-L where that is ({@link IsaL}) and by Java's zlib elsewhere. The
 * same bytes give the same stream in any process, thread and order, on one kind of processor and one build of Java.
 */
public final class Deflating {
    /** As zlib counts them. */
    public static final int LEVEL = 1;

    private static final int BUFFER = 1 << 15;
    /** Bits a byte from which on there is nothing to be gained. */
    private static final double NOISE = 7.75;

    private static final double LN_2 = StrictMath.log(2);

    private Deflating() {}

    /**
     * The zlib stream of {@code bytes[offset … offset + length)}.
     *
     * @throws java.io.UncheckedIOException if ISA-L is for this machine and its library cannot be unpacked: there is no
     *     room in the temporary folder, or the like
     */
    public static byte[] whole(byte[] bytes, int offset, int length) {
        byte[] quick = IsaL.deflate(bytes, offset, length);
        return quick == null ? stream(bytes, offset, length, length, false) : quick;
    }

    /**
     * The zlib stream of parts of one length, of which each is of one kind: those that are noise are stored, as looking
     * for repetitions in noise takes longest and finds nothing.
     */
    public static byte[] parts(byte[] bytes, int part) {
        return stream(bytes, 0, bytes.length, part, true);
    }

    private static byte[] stream(byte[] bytes, int offset, int length, int part, boolean look) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream(BUFFER);
        byte[] buffer = new byte[BUFFER];
        Deflater deflater = new Deflater(LEVEL);
        try {
            for (int from = offset; from < offset + length; from += part) {
                if (look) {
                    deflater.setLevel(isNoise(bytes, from, part) ? Deflater.NO_COMPRESSION : LEVEL);
                    // Before there is input, which would be taken in the way before
                    stream.write(buffer, 0, deflater.deflate(buffer));
                }
                deflater.setInput(bytes, from, part);
                while (!deflater.needsInput()) {
                    stream.write(buffer, 0, deflater.deflate(buffer));
                }
            }
            deflater.finish();
            while (!deflater.finished()) {
                stream.write(buffer, 0, deflater.deflate(buffer));
            }
            return stream.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /** Whether values are so evenly spread that hardly a bit of them can be saved one by one. */
    private static boolean isNoise(byte[] bytes, int from, int length) {
        int[] counts = new int[256];
        for (int i = from; i < from + length; i++) {
            counts[bytes[i] & 0xFF]++;
        }
        double bits = 0;
        for (int count : counts) {
            bits -= count == 0 ? 0 : (double) count / length * StrictMath.log((double) count / length) / LN_2;
        }
        return bits > NOISE;
    }
}
