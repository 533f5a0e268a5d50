package dev.understudy.dataset;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;

/** Damages bytes in the ways in which files are damaged, by accident and on purpose. The same seed, the same damage. */
public final class Mutations {
    private static final int PNG_SIGNATURE = 8;

    private Mutations() {}

    /** One to four damages: flipped bits, extreme values, cut ends, removed, repeated and random stretches. */
    public static byte[] mutate(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes = damage(bytes, random);
        }
        return bytes;
    }

    /**
     * As {@link #mutate}, but with the checksums of a PNG's chunks made right again, so that the damage gets further.
     */
    public static byte[] mutatePng(byte[] original, Random random) {
        return mendPng(mutate(original, random));
    }

    /** The checksums of a PNG's chunks made right, in place, as far as its chunks can be told. */
    public static byte[] mendPng(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int at = PNG_SIGNATURE; at + 12 <= bytes.length; ) {
            int length = buffer.getInt(at);
            if (length < 0 || length > bytes.length - at - 12) {
                return bytes;
            }
            CRC32 crc = new CRC32();
            crc.update(bytes, at + 4, length + 4);
            buffer.putInt(at + 8 + length, (int) crc.getValue());
            at += length + 12;
        }
        return bytes;
    }

    private static byte[] damage(byte[] bytes, Random random) {
        if (bytes.length < 2) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        int length = 1 + random.nextInt(Math.min(16, bytes.length - at));
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> Arrays.fill(bytes, at, at + length, (byte) 0xFF);
            case 2 -> Arrays.fill(bytes, at, at + length, (byte) 0);
            case 3 -> bytes = Arrays.copyOf(bytes, at);
            case 4 -> bytes = splice(bytes, at, at + length, new byte[0]);
            default -> {
                byte[] stretch = Arrays.copyOfRange(bytes, at, at + length);
                if (random.nextBoolean()) {
                    random.nextBytes(stretch);
                }
                bytes = splice(bytes, at, at, stretch);
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] insert) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(insert);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }
}
