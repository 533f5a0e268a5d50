package dev.understudy.files;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.expectThrows;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** By zlib alone, and by what the machine has beside it. */
public class InflatingTest extends ZlibChoice.ByChoice {
    private static final long SEED = 5;
    private static final int LENGTH = 5000;
    private static final int MARGIN = 40;

    @Factory(dataProvider = "choices", dataProviderClass = ZlibChoice.class)
    public InflatingTest(ZlibChoice choice) {
        super(choice);
    }

    /** Noise, runs, a short period, and nothing but one value. */
    private static byte[] made(int kind) {
        Random random = new Random(SEED + kind);
        byte[] bytes = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            bytes[i] = switch (kind) {
                case 0 -> (byte) random.nextInt();
                case 1 -> i > 0 && random.nextInt(30) > 0 ? bytes[i - 1] : (byte) random.nextInt(40);
                case 2 -> i < 17 ? (byte) random.nextInt() : bytes[i - 17];
                default -> 7;
            };
        }
        return bytes;
    }

    @DataProvider
    public Object[][] streams() {
        return new Object[][] {{0, 0}, {0, 6}, {1, 1}, {1, 9}, {2, 6}, {3, 9}};
    }

    private static byte[] deflated(byte[] bytes, int level) {
        Deflater deflater = new Deflater(level);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] some = new byte[1000];
            while (!deflater.finished()) {
                out.write(some, 0, deflater.deflate(some));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    @Test(dataProvider = "streams")
    public void whatIsDeflatedComesBackAndNothingBesideIsTouched(int kind, int level) throws DataFormatException {
        byte[] bytes = made(kind);
        byte[] zlib = deflated(bytes, level);
        byte[] target = new byte[LENGTH + 2 * MARGIN];
        Inflating.exactly(zlib, target, MARGIN, LENGTH);
        assertEquals(Arrays.copyOfRange(target, MARGIN, MARGIN + LENGTH), bytes);
        assertEquals(Arrays.copyOf(target, MARGIN), new byte[MARGIN]);
        assertEquals(Arrays.copyOfRange(target, MARGIN + LENGTH, target.length), new byte[MARGIN]);
        assertEquals(Inflating.atMost(zlib, 0, zlib.length, LENGTH), bytes);
    }

    @Test(dataProvider = "streams")
    public void anotherLengthIsTold(int kind, int level) {
        byte[] zlib = deflated(made(kind), level);
        assertRefused("ends after 5000 of 5001 bytes", zlib, LENGTH + 1);
        assertRefused("holds more than 4999 bytes", zlib, LENGTH - 1);
        DataFormatException e =
                expectThrows(DataFormatException.class, () -> Inflating.atMost(zlib, 0, zlib.length, LENGTH - 1));
        assertEquals(e.getMessage(), "holds more than 4999 bytes");
    }

    @Test(dataProvider = "streams")
    public void aStreamThatIsCutIsToldWhereverItIsCut(int kind, int level) {
        byte[] zlib = deflated(made(kind), level);
        for (int length = 0; length < zlib.length; length += 1 + zlib.length / 50) {
            byte[] cut = Arrays.copyOf(zlib, length);
            expectThrows(DataFormatException.class, () -> Inflating.exactly(cut, new byte[LENGTH], 0, LENGTH));
            expectThrows(DataFormatException.class, () -> Inflating.atMost(cut, 0, cut.length, LENGTH));
        }
    }

    @Test(dataProvider = "streams")
    public void aWrongSumIsTold(int kind, int level) {
        byte[] zlib = deflated(made(kind), level);
        zlib[zlib.length - 1] ^= 1;
        expectThrows(DataFormatException.class, () -> Inflating.exactly(zlib, new byte[LENGTH], 0, LENGTH));
        expectThrows(DataFormatException.class, () -> Inflating.atMost(zlib, 0, zlib.length, LENGTH));
    }

    /** Whatever bits are turned, whatever is missing: what zlib alone says is said. */
    @Test(dataProvider = "streams")
    public void damagedBytesAreToldAsZlibTellsThem(int kind, int level) {
        Random random = new Random(SEED + kind + level);
        byte[] good = deflated(made(kind), level);
        for (int round = 0; round < 1000; round++) {
            byte[] damaged = Arrays.copyOf(good, round % 4 == 0 ? random.nextInt(good.length + 1) : good.length);
            for (int hit = random.nextInt(4); hit >= 0 && damaged.length > 0; hit--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            int length = round % 3 == 0 ? random.nextInt(LENGTH + 100) : LENGTH;
            choice.set();
            String found = verdict(damaged, length);
            ZlibChoice.JAVA.set();
            assertEquals(found, verdict(damaged, length), "seed " + SEED + ", round " + round);
        }
    }

    private static String verdict(byte[] zlib, int length) {
        byte[] target = new byte[length + 2 * MARGIN];
        try {
            Inflating.exactly(zlib, target, MARGIN, length);
            return Arrays.hashCode(target) + "";
        } catch (DataFormatException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void assertRefused(String message, byte[] zlib, int length) {
        DataFormatException e =
                expectThrows(DataFormatException.class, () -> Inflating.exactly(zlib, new byte[length], 0, length));
        assertEquals(e.getMessage(), message);
    }
}
