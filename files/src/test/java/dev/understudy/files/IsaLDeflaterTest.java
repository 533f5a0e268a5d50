package dev.understudy.files;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotNull;

import com.sun.jna.Memory;
import java.util.Random;
import org.testng.SkipException;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class IsaLDeflaterTest {
    private static final long SEED = 31;

    @BeforeClass
    public void skipWhereItIsNot() {
        if (!IsaL.isThereToDeflate()) {
            throw new SkipException("ISA-L is for Linux and x86-64 with AVX");
        }
    }

    @Test
    public void isaLDeflatesAllItIsAskedTo() {
        Random random = new Random(SEED);
        for (int kind = 0; kind < DeflatingTest.KINDS; kind++) {
            for (int length : DeflatingTest.LENGTHS) {
                assertNotNull(
                        IsaL.deflate(DeflatingTest.made(random, kind, length), 0, length),
                        "kind " + kind + ", " + length);
            }
        }
        assertNotNull(IsaL.deflate(new byte[3_000_000], 0, 3_000_000));
    }

    /**
     * Planes whose third byte on is found once more, of which what is hashed to a stream's address makes another
     * stream: taken at once instead of in two, most of them come out in two ways over these places.
     */
    @Test
    public void whereTheStateOfAStreamLiesDoesNotMatter() {
        Random random = new Random(SEED);
        int places = 1000;
        int apart = 1 << 16;
        try (Memory memory = new Memory((long) places * apart + IsaLDeflater.STREAM_BYTES)) {
            byte[][] expected = new byte[24][];
            byte[][] planes = new byte[expected.length][];
            for (int plane = 0; plane < planes.length; plane++) {
                planes[plane] = new byte[200];
                random.nextBytes(planes[plane]);
                System.arraycopy(planes[plane], 2, planes[plane], 70, 60);
            }
            for (int place = 0; place < places; place++) {
                try (IsaLDeflater deflater = new IsaLDeflater(memory.share((long) place * apart))) {
                    for (int plane = 0; plane < planes.length; plane++) {
                        byte[] stream = deflater.deflate(planes[plane], 0, planes[plane].length);
                        if (place == 0) {
                            expected[plane] = stream;
                        }
                        assertEquals(stream, expected[plane], "plane " + plane + " at place " + place);
                    }
                }
            }
        }
    }

    /** A deflater that has just taken something long, of another kind, and one that is new. */
    @Test
    public void whatWasDeflatedBeforeDoesNotMatter() {
        Random random = new Random(SEED);
        try (IsaLDeflater used = new IsaLDeflater()) {
            for (int round = 0; round < 60; round++) {
                byte[] before =
                        DeflatingTest.made(random, random.nextInt(DeflatingTest.KINDS), random.nextInt(400_000));
                used.deflate(before, 0, before.length);
                byte[] plane = DeflatingTest.made(random, round % DeflatingTest.KINDS, random.nextInt(100_000));
                try (IsaLDeflater fresh = new IsaLDeflater()) {
                    assertEquals(
                            used.deflate(plane, 0, plane.length),
                            fresh.deflate(plane, 0, plane.length),
                            "seed " + SEED + ", round " + round);
                }
            }
        }
    }
}
