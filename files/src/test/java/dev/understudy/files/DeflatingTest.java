package dev.understudy.files;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** By Java's zlib alone, and by what the machine has beside it. */
public class DeflatingTest extends ZlibChoice.ByChoice {
    private static final long SEED = 30;
    static final int KINDS = 6;
    /** Beside what is short, what borders on blocks, windows and buffers, and a frame. */
    static final int[] LENGTHS = {
        0, 1, 2, 3, 15, 16, 17, 18, 31, 32, 33, 34, 77, 304, 305, 1000, 32_784, 65_535, 65_536, 65_823, 65_824, 65_825,
        200_001, 307_200
    };

    @Factory(dataProvider = "choices", dataProviderClass = ZlibChoice.class)
    public DeflatingTest(ZlibChoice choice) {
        super(choice);
    }

    /** Noise, runs, a period, one value, a hill of values, stairs. */
    static byte[] made(Random random, int kind, int length) {
        byte[] bytes = new byte[length];
        int period = 1 + random.nextInt(5000);
        for (int i = 0; i < length; i++) {
            bytes[i] = switch (kind) {
                case 0 -> (byte) random.nextInt();
                case 1 -> i > 0 && random.nextInt(30) > 0 ? bytes[i - 1] : (byte) random.nextInt(40);
                case 2 -> i < period ? (byte) random.nextInt() : bytes[i - period];
                case 3 -> 7;
                case 4 -> (byte) (128 + 9 * random.nextGaussian());
                default -> (byte) (i / 11);
            };
        }
        return bytes;
    }

    @Test
    public void whatIsDeflatedIsInflatedByEverybody() throws DataFormatException {
        Random random = new Random(SEED);
        for (int kind = 0; kind < KINDS; kind++) {
            for (int length : LENGTHS) {
                byte[] bytes = made(random, kind, length + 9);
                byte[] zlib = Deflating.whole(bytes, 5, length);
                String which = "seed " + SEED + ", kind " + kind + ", " + length + " bytes, by " + choice;
                assertTrue(zlib.length <= length + length / 1000 + 100, which + " become " + zlib.length);
                Inflater inflater = new Inflater();
                inflater.setInput(zlib);
                byte[] back = new byte[length + 1];
                int count = 0;
                for (int more = -1; more != 0; count += more) {
                    more = inflater.inflate(back, count, back.length - count);
                }
                assertTrue(inflater.finished() && inflater.getRemaining() == 0, which);
                inflater.end();
                assertEquals(count, length, which);
                assertEquals(Arrays.copyOf(back, count), Arrays.copyOfRange(bytes, 5, 5 + length), which);
                byte[] target = new byte[length];
                for (ZlibChoice other : ZlibChoice.values()) {
                    other.set();
                    Arrays.fill(target, (byte) 1);
                    Inflating.exactly(zlib, target, 0, length);
                    assertEquals(target, Arrays.copyOf(back, count), which + ", inflated by " + other);
                }
                choice.set();
                assertTrue(
                        length == 0 || !IsaL.isThere() || IsaL.inflate(zlib, target, 0, length),
                        which + " go the slow way");
            }
        }
    }

    /** Some parts are noise, some are not, and the stream is one. */
    @Test
    public void partsAreOneStreamAndNoiseIsStored() throws DataFormatException {
        Random random = new Random(SEED);
        for (int round = 0; round < 40; round++) {
            int part = 1 + random.nextInt(60_000);
            byte[] bytes = new byte[4 * part];
            for (int i = 0; i < 4; i++) {
                System.arraycopy(made(random, random.nextInt(KINDS), part), 0, bytes, i * part, part);
            }
            byte[] zlib = Deflating.parts(bytes, part);
            byte[] target = new byte[bytes.length];
            Inflating.exactly(zlib, target, 0, target.length);
            assertEquals(target, bytes, "seed " + SEED + ", round " + round);
            assertEquals(Deflating.parts(bytes.clone(), part), zlib);
        }
        byte[] half = new byte[40_000];
        System.arraycopy(made(random, 0, 20_000), 0, half, 0, 20_000);
        int size = Deflating.parts(half, 20_000).length;
        assertTrue(size >= 20_000 && size < 20_200, "noise and zeros become " + size);
    }

    @Test
    public void theSameBytesGiveTheSameStreamInAnyOrderAndThread() {
        Random random = new Random(SEED);
        List<byte[]> planes = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            planes.add(made(random, i % KINDS, 1 + random.nextInt(30_000)));
        }
        List<byte[]> expected = planes.stream()
                .map(plane -> Deflating.whole(plane, 0, plane.length))
                .toList();
        for (int round = 0; round < 3; round++) {
            int[] order = IntStream.range(0, planes.size()).toArray();
            for (int i = order.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int moved = order[i];
                order[i] = order[other];
                order[other] = moved;
            }
            Arrays.stream(order).parallel().forEach(i -> {
                byte[] plane = planes.get(i);
                byte[] beside = new byte[plane.length + 13];
                System.arraycopy(plane, 0, beside, 13, plane.length);
                assertEquals(
                        Deflating.whole(beside, 13, plane.length), expected.get(i), "seed " + SEED + ", plane " + i);
            });
        }
    }
}
