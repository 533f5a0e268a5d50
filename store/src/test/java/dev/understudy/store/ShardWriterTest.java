package dev.understudy.store;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.files.Inflating;
import dev.understudy.files.Scratch;
import dev.understudy.store.FrameGroupWriter.PlaneDeflater;
import dev.understudy.store.FrameGroupWriter.PlaneDeflater.BytePlane;
import dev.understudy.store.ShardFormat.DeflatedChunks;
import dev.understudy.store.ShardPlan.Shard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import org.testng.Reporter;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class ShardWriterTest {
    private static final long SEED = 20261127;

    private Path store;

    @BeforeMethod
    public void createFolder() throws IOException {
        store = Scratch.folder("shard-writer");
    }

    @AfterMethod(alwaysRun = true)
    public void removeFolder() throws IOException {
        Scratch.delete(store);
    }

    @Test
    public void bytesDoNotDependOnThreads() throws IOException {
        String one = digestWith(1);
        assertEquals(digestWith(2), one);
        assertEquals(digestWith(7), one);
    }

    @Test
    public void planesAreDeflatedWholeAndInOrder() throws DataFormatException {
        Reporter.log("seed " + SEED, true);
        byte[] stack = noise(3 * 70_000);
        List<BytePlane> planes = List.of(
                new BytePlane(stack, 0, 70_000),
                new BytePlane(stack, 140_000, 70_000),
                new BytePlane(stack, 70_000, 1));
        try (PlaneDeflater deflater = new PlaneDeflater(3)) {
            List<byte[]> deflated = deflater.deflate(planes);
            for (int i = 0; i < planes.size(); i++) {
                BytePlane plane = planes.get(i);
                byte[] back = new byte[plane.length()];
                Inflating.exactly(deflated.get(i), back, 0, back.length);
                assertEquals(back, Arrays.copyOfRange(plane.values(), plane.offset(), plane.offset() + plane.length()));
            }
        }
    }

    @Test
    public void aChunkIsNotTakenForAnother() {
        byte[] first = noise(1000);
        byte[] second = noise(1001);
        try (PlaneDeflater deflater = new PlaneDeflater(1)) {
            DeflatedChunks chunks = new DeflatedChunks(
                    deflater.deflate(List.of(new BytePlane(first, 0, 1000), new BytePlane(second, 0, 1001))));
            int[] level = {ShardFormat.DEFLATE_LEVEL};
            assertEquals(chunks.decode(chunks.encode(new byte[1000], level), level), first);
            assertThrows(IllegalStateException.class, () -> chunks.encode(new byte[1001], level));
        }
    }

    private String digestWith(int threads) throws IOException {
        Random random = new Random(SEED);
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(3), 3);
        StoreDescription description = StoreFixture.description(plan);
        Shard shard = plan.shards().get(0);
        try (ShardWriter writer = ShardWriter.create(store, description, shard, "threads" + threads, threads)) {
            for (FrameRecord frame : shard.frames()) {
                writer.put(frame, StoreFixture.evidence(random, 320, 240, description));
            }
            return writer.finish().record().evidence().sha256();
        }
    }

    /** Of a few values, so that there is something to find. */
    private static byte[] noise(int length) {
        Random random = new Random(SEED + length);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextInt(5);
        }
        return bytes;
    }
}
