package dev.understudy.store;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.files.ZlibChoice;
import dev.understudy.store.FrameGroupWriter.PlaneDeflater;
import dev.understudy.store.ShardCommits.ShardRecord.StoredFile;
import dev.understudy.store.ShardIndex.IndexHead;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.testng.Reporter;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Reads shards that h5py made, see {@code make.py} beside them, by zlib alone and by what the machine has beside. */
public class HostileShardTest extends ZlibChoice.ByChoice {
    private static final int WIDTH = 7;
    private static final int HEIGHT = 5;
    private static final IndexHead FRAME = new IndexHead("f", WIDTH, HEIGHT);
    private static final StoreDescription STORE =
            StoreFixture.description(ShardPlan.of(List.of(), 1), List.of(Task.SEGMENTATION), 3);

    private Path folder;

    @Factory(dataProvider = "choices", dataProviderClass = ZlibChoice.class)
    public HostileShardTest(ZlibChoice choice) {
        super(choice);
    }

    @BeforeClass
    public void makeFolder() throws IOException {
        folder = Scratch.folder("shards");
    }

    @AfterClass
    public void removeFolder() throws IOException {
        Scratch.delete(folder);
    }

    private byte[] bytes(String name) throws IOException {
        try (InputStream in = HostileShardTest.class.getResourceAsStream("shards/" + name + ".h5")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private Evidence read(byte[] shard) throws IOException {
        Path file = folder.resolve("shard.h5");
        Files.write(file, shard);
        try (ShardFile open = new ShardFile(file, new StoredFile(0, ""))) {
            return read(open, STORE);
        }
    }

    private static Evidence read(ShardFile file, StoreDescription store) {
        ShardDirectory directory = ShardDirectory.of(file, List.of(FRAME), store);
        return new FrameReader(file, directory.frame(0), store).read(EvidencePlanes.ALL);
    }

    @Test
    public void aShardOfH5pysIsRead() throws IOException {
        SegmentationEvidence evidence = LabelStoreTest.segmentation(read(bytes("good")));
        assertEquals(evidence.topK(), 3);
        for (byte agreement : evidence.agreement()) {
            assertEquals(agreement, (byte) 255);
        }
    }

    /** A corrupt store, or one of somebody else's: its indices are looked up in tables of the class space's size. */
    @Test
    public void aClassThatTheSpaceDoesNotHaveIsRefused() throws IOException {
        SegmentationEvidence evidence = LabelStoreTest.segmentation(read(bytes("good")));
        int most = 0;
        for (byte index : evidence.classes()) {
            most = Math.max(most, index & 0xFF);
        }
        StoreDescription smaller =
                StoreDescriptionBuilder.builder(STORE).numberOfClasses(most).build();
        Path file = Files.write(folder.resolve("foreign.h5"), bytes("good"));
        try (ShardFile open = new ShardFile(file, new StoredFile(0, ""))) {
            DataException e = expectThrows(DataException.class, () -> read(open, smaller));
            String found = "frame f has class index " + most + ", expected 0–" + (most - 1) + " of rooms13";
            assertTrue(e.getMessage().contains(found), e.getMessage());
        }
    }

    @DataProvider
    public Object[][] notFinite() {
        return new Object[][] {
            {Float.NaN, 0f, "depth NaN"},
            {Float.POSITIVE_INFINITY, 0f, "depth Infinity"},
            {2f, Float.NEGATIVE_INFINITY, "spread -Infinity"},
            {2f, Float.NaN, "spread NaN"},
        };
    }

    /** A writer of ours refuses it; whoever learns from it would learn that nothing is right. */
    @Test(dataProvider = "notFinite")
    public void depthThatIsNotFiniteIsRefusedOnReading(float metres, float spread, String found) throws IOException {
        float[] depths = new float[WIDTH * HEIGHT];
        float[] spreads = new float[WIDTH * HEIGHT];
        Arrays.fill(depths, 1.5f);
        depths[3 * WIDTH + 4] = metres;
        spreads[3 * WIDTH + 4] = spread;
        Path file = Files.createTempDirectory(folder, "depth").resolve("shard.h5");
        try (WritableHdfFile hdf = HdfFile.write(file);
                PlaneDeflater deflater = new PlaneDeflater(1)) {
            new FrameGroupWriter(hdf.putGroup(ShardFormat.groupOf(FRAME.id())), deflater, HEIGHT, WIDTH)
                    .write(new DepthEvidence(depths, spreads));
        }
        StoreDescription store = StoreFixture.description(ShardPlan.of(List.of(), 1), List.of(Task.DEPTH), 3);
        try (ShardFile open = new ShardFile(file, new StoredFile(0, ""))) {
            String message = String.valueOf(
                    expectThrows(DataException.class, () -> read(open, store)).getMessage());
            assertTrue(
                    message.startsWith(file + ": frame f has " + found
                            + " at row 3, column 4, expected metres; the shard is damaged"),
                    message);
        }
    }

    @DataProvider
    public Object[][] hostile() {
        return new Object[][] {
            {"external-link", "no group of frame f"},
            {"soft-link", "no group of frame f"},
            {"missing-frame", "no group of frame f"},
            {"external-dataset", "no chunked dataset /f/entropy"},
            {"contiguous", "no chunked dataset /f/entropy"},
            {"missing-dataset", "no chunked dataset /f/agreement"},
            {"loop", "no chunked dataset"},
            {"other-size", "/f/entropy is [5, 8], expected [5, 7]"},
            {"huge-size", "/f/entropy is [60000, 60000], expected [5, 7]"},
            {"signed", "/f/entropy is not uint8"},
            {"wide", "/f/entropy is not uint8"},
            {"small-chunks", "/f/entropy has chunks of [1, 7]"},
            {"other-filter", "/f/entropy has the filters [lzf], expected [deflate]"},
            {"bomb", "/f/entropy holds more than 35 bytes"},
            {"short", "/f/entropy ends after 3 of 35 bytes"},
            {"unwritten-chunk", "No chunk"},
        };
    }

    @Test(dataProvider = "hostile")
    public void aShardThatIsNotWhatItShouldBeIsRefused(String name, String found) throws IOException {
        byte[] shard = bytes(name);
        DataException e = expectThrows(DataException.class, () -> read(shard));
        String message = Objects.requireNonNull(e.getMessage());
        assertTrue(message.contains(found), message);
        assertTrue(message.contains("shard.h5") && message.lines().count() == 1, message);
    }

    @Test(timeOut = 600_000)
    public void damagedBytesGiveEvidenceOrOneKindOfError() throws IOException {
        long seed = 11;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        byte[] good = bytes("good");
        int refused = 0;
        // Damaged streams come to zlib in the end whoever looks at them first
        int rounds = choice == ZlibChoice.MACHINE ? 1500 : 300;
        for (int round = 0; round < rounds; round++) {
            byte[] damaged = good.clone();
            for (int hit = random.nextInt(3); hit >= 0; hit--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                assertEquals(read(damaged).width(), WIDTH);
            } catch (DataException e) {
                refused++;
            }
        }
        assertTrue(refused > rounds / 15, refused + " refused");
    }

    @Test
    public void aShardThatEndsEarlyIsRefused() throws IOException {
        byte[] good = bytes("good");
        for (int length = 0; length < good.length - 200; length += 97) {
            byte[] cut = Arrays.copyOf(good, length);
            expectThrows(DataException.class, () -> read(cut));
        }
    }
}
