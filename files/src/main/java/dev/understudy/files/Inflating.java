package dev.understudy.files;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates zlib streams of somebody else's, into no more memory than was agreed on, whatever they would grow to. */
public final class Inflating {
    private static final int STEP = 1 << 13;

    private Inflating() {}

    /**
     * Fills {@code length} bytes of {@code target} from {@code offset}.
     *
     * @throws DataFormatException if the stream is damaged, or does not hold exactly that many; the message says which
     */
    public static void exactly(byte[] zlib, byte[] target, int offset, int length) throws DataFormatException {
        if (!IsaL.isThere() || !IsaL.inflate(zlib, target, offset, length)) {
            byZlib(zlib, target, offset, length);
        }
    }

    private static void byZlib(byte[] zlib, byte[] target, int offset, int length) throws DataFormatException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(zlib);
            int filled = 0;
            while (filled < length) {
                int count = inflater.inflate(target, offset + filled, length - filled);
                if (count == 0) {
                    throw new DataFormatException("ends after " + filled + " of " + length + " bytes");
                }
                filled += count;
            }
            if (!inflater.finished() && (inflater.inflate(new byte[1]) != 0 || !inflater.finished())) {
                throw new DataFormatException("holds more than " + length + " bytes");
            }
        } finally {
            inflater.end();
        }
    }

    /**
     * All that a stream holds, if that is not too much.
     *
     * @param offset of the stream in {@code bytes}
     * @param length of the stream
     * @throws DataFormatException if the stream is damaged or holds more than {@code most} bytes; the message says
     *     which
     */
    public static byte[] atMost(byte[] bytes, int offset, int length, int most) throws DataFormatException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(bytes, offset, length);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] some = new byte[STEP];
            while (!inflater.finished()) {
                int count = inflater.inflate(some);
                if (count == 0 && !inflater.finished()) {
                    throw new DataFormatException("ends early");
                }
                if (count > most - out.size()) {
                    throw new DataFormatException("holds more than " + most + " bytes");
                }
                out.write(some, 0, count);
            }
            return out.toByteArray();
        } finally {
            inflater.end();
        }
    }
}
