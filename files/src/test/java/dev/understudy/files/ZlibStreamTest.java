package dev.understudy.files;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Adler32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.testng.annotations.Test;

public class ZlibStreamTest {
    private static final int MARGIN = 40;
    private static final int[] STRATEGIES = {Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY};

    /** Picture-like rows, runs, noise of few and of many values, and short periods. */
    private static byte[] made(Random random, int length) {
        byte[] bytes = new byte[length];
        int kind = random.nextInt(5);
        int period = 1 + random.nextInt(kind == 1 ? 20 : 700);
        int values = 1 << random.nextInt(9);
        for (int i = 0; i < length; i++) {
            bytes[i] = switch (kind) {
                case 0 -> (byte) random.nextInt(values);
                case 1, 2 -> i < period || random.nextInt(40) == 0 ? (byte) random.nextInt(256) : bytes[i - period];
                case 3 -> i > 0 && random.nextInt(30) > 0 ? bytes[i - 1] : (byte) random.nextInt(values);
                // Some values are so rare that their codes are long
                default -> (byte) (Math.min(255, -Math.log(1 - random.nextDouble()) * 12));
            };
        }
        return bytes;
    }

    private static byte[] deflated(byte[] bytes, int level, int strategy) {
        Deflater deflater = new Deflater(level);
        deflater.setStrategy(strategy);
        deflater.setInput(bytes);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] some = new byte[5000];
        while (!deflater.finished()) {
            out.write(some, 0, deflater.deflate(some));
        }
        deflater.end();
        return out.toByteArray();
    }

    /** What the JDK makes of a stream; null where it is damaged or holds another number of bytes. */
    private static byte[] byJdk(byte[] zlib, int length) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(zlib);
            byte[] bytes = new byte[length + 1];
            int filled = 0;
            int count;
            while ((count = inflater.inflate(bytes, filled, bytes.length - filled)) > 0) {
                filled += count;
            }
            return inflater.finished() && filled == length ? Arrays.copyOf(bytes, length) : null;
        } catch (DataFormatException e) {
            return null;
        } finally {
            inflater.end();
        }
    }

    private static byte[] withMargins() {
        byte[] target = new byte[70_000 + 2 * MARGIN];
        Arrays.fill(target, (byte) 77);
        return target;
    }

    private static void assertMargins(byte[] target, int length) {
        for (int i = 0; i < MARGIN; i++) {
            assertEquals(target[i], 77);
            assertEquals(target[MARGIN + length + i], 77);
        }
    }

    @Test
    public void streamsOfAnyLevelHoldWhatWasDeflated() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            byte[] bytes = made(random, random.nextInt(i % 2 == 0 ? 70_000 : 600));
            byte[] zlib = deflated(bytes, random.nextInt(10), STRATEGIES[random.nextInt(3)]);
            byte[] target = withMargins();
            // The JDK marks levels in the header's second byte, never its method
            assertTrue(ZlibStream.fills(zlib, target, MARGIN, bytes.length));
            assertEquals(Arrays.copyOfRange(target, MARGIN, MARGIN + bytes.length), bytes);
            assertMargins(target, bytes.length);
            assertFalse(ZlibStream.fills(zlib, target, MARGIN, bytes.length + 1));
            assertFalse(bytes.length > 0 && ZlibStream.fills(zlib, target, MARGIN, bytes.length - 1));
        }
    }

    @Test
    public void damagedStreamsAreRefusedOrReadAsTheJdkReadsThem() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = made(random, random.nextInt(3000));
            byte[] zlib = deflated(bytes, random.nextInt(10), STRATEGIES[random.nextInt(3)]);
            for (int damage = random.nextInt(3); damage >= 0; damage--) {
                // Most often near the beginning, where the codes are
                int at = random.nextBoolean() ? random.nextInt(Math.min(80, zlib.length)) : random.nextInt(zlib.length);
                zlib[at] ^= (byte) (1 << random.nextInt(8));
            }
            zlib = random.nextInt(4) == 0 ? Arrays.copyOf(zlib, random.nextInt(zlib.length + 9)) : zlib;
            byte[] target = withMargins();
            if (ZlibStream.fills(zlib, target, MARGIN, bytes.length)) {
                assertEquals(
                        Arrays.copyOfRange(target, MARGIN, MARGIN + bytes.length), byJdk(zlib, bytes.length), "" + i);
            }
            assertMargins(target, bytes.length);
        }
    }

    /** The checksum finds nearly all damage; so that what lies before it is tried too, it is made to fit. */
    @Test
    public void bitsThatAreNoDeflateAreRefusedAsByTheJdk() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int sound = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = made(random, 400 + random.nextInt(3000));
            byte[] zlib = deflated(bytes, 1 + random.nextInt(9), STRATEGIES[random.nextInt(3)]);
            int at = 2 + random.nextInt(Math.min(zlib.length - 6, i % 2 == 0 ? 80 : zlib.length));
            zlib[at] ^= (byte) (1 << random.nextInt(8));
            byte[] raw = raw(zlib, bytes.length);
            if (raw != null) {
                Adler32 sum = new Adler32();
                sum.update(raw);
                for (int k = 0; k < 4; k++) {
                    zlib[zlib.length - 4 + k] = (byte) (sum.getValue() >>> 24 - 8 * k);
                }
            }
            byte[] target = withMargins();
            boolean read = ZlibStream.fills(zlib, target, MARGIN, bytes.length);
            byte[] expected = byJdk(zlib, bytes.length);
            assertEquals(read, expected != null, "seed " + seed + ", " + i);
            if (expected != null) {
                sound++;
                assertEquals(Arrays.copyOfRange(target, MARGIN, MARGIN + bytes.length), expected);
            }
        }
        assertTrue(sound > 30, sound + " of 3000 were sound");
    }

    /** Without header and checksum; null where it is no deflate of that many bytes. */
    private static byte[] raw(byte[] zlib, int length) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(zlib, 2, zlib.length - 6);
            byte[] bytes = new byte[length + 1];
            int filled = 0;
            int count;
            while ((count = inflater.inflate(bytes, filled, bytes.length - filled)) > 0) {
                filled += count;
            }
            return inflater.finished() && filled == length ? Arrays.copyOf(bytes, length) : null;
        } catch (DataFormatException e) {
            return null;
        } finally {
            inflater.end();
        }
    }

    @Test
    public void randomBitsAreNoStream() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] zlib = new byte[6 + random.nextInt(200)];
            random.nextBytes(zlib);
            zlib[0] = 0x78;
            zlib[1] = 0x01;
            assertFalse(ZlibStream.fills(zlib, new byte[100], 0, 100));
        }
    }
}
