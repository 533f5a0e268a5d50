package dev.understudy.trainer.data;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.trainer.Squares;
import dev.understudy.trainer.data.AugmentationConfiguration.ScaledDepth;
import dev.understudy.trainer.data.BatchLoader.LoaderConfiguration;
import dev.understudy.trainer.data.BatchLoader.TrainingSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class BatchLoaderTest {
    private static final AugmentationConfiguration ALL = AugmentationConfigurationBuilder.builder()
            .mirror(true)
            .minScale(0.7)
            .maxScale(1.4)
            .scaledDepth(ScaledDepth.DIVIDE)
            .brightness(0.3)
            .contrast(0.3)
            .saturation(0.3)
            .build();
    private static final CropSize CROP = new CropSize(24, 20);

    private static BatchLoader loader(int workers, long seed, TrainingSet real, TrainingSet pseudo) {
        List<TrainingSource> sources = List.of(
                new TrainingSource("real", real, 0.25, ClassSlice.all(3)),
                new TrainingSource("pseudo", pseudo, 0.75, ClassSlice.all(3)));
        return new BatchLoader(sources, 6, CROP, ALL, new LoaderConfiguration(workers, 4, 1, 2), seed);
    }

    private static BatchLoader loader(int workers, long seed) {
        return loader(workers, seed, new Squares(5, "real", true), new Squares(9, "pseudo", false));
    }

    static List<Batch> take(BatchLoader loader, int count) {
        List<Batch> batches = new ArrayList<>();
        try (loader) {
            for (int i = 0; i < count; i++) {
                batches.add(loader.next());
            }
        }
        return batches;
    }

    @Test
    public void threadsAndSkippingChangeNothing() {
        List<Batch> one = take(loader(1, 7), 8);
        List<Batch> four = take(loader(4, 7), 8);
        BatchLoader late = loader(2, 7);
        late.skip(5);
        List<Batch> resumed = take(late, 3);
        for (int i = 0; i < 8; i++) {
            assertSame(one.get(i), four.get(i));
        }
        for (int i = 0; i < 3; i++) {
            assertSame(one.get(5 + i), resumed.get(i));
        }
        assertNotEquals(take(loader(1, 8), 1).get(0).rgbNhwc(), one.get(0).rgbNhwc());
    }

    private static void assertSame(Batch a, Batch b) {
        assertEquals(a.ids(), b.ids());
        assertEquals(a.rgbNhwc(), b.rgbNhwc());
        assertEquals(a.classesNhw(), b.classesNhw());
        assertEquals(a.depthNhw(), b.depthNhw());
    }

    @Test
    public void sourcesHaveTheirSharesAndGiveEveryFrameOnceInAPass() {
        TreeMap<String, Integer> seen = new TreeMap<>();
        for (Batch batch : take(loader(1, 3), 6)) {
            long real = batch.ids().stream().filter(id -> id.startsWith("real")).count();
            assertTrue(real == 1 || real == 2, "real frames in a batch of 6 at a share of 0.25: " + real);
            batch.ids().forEach(id -> seen.merge(id, 1, Integer::sum));
        }
        assertEquals(seen.values().stream().mapToInt(i -> i).sum(), 36);
        seen.forEach((id, count) -> {
            int expected = id.startsWith("real") ? 9 / 5 : 27 / 9;
            assertTrue(count >= expected && count <= expected + 1, id + " seen " + count + " times");
        });
    }

    @Test
    public void framesWithoutATaskTeachNothingOfIt() {
        for (Batch batch : take(loader(1, 3), 2)) {
            for (int i = 0; i < batch.pixels(); i++) {
                if (batch.ids().get(i / batch.area()).startsWith("pseudo")) {
                    assertEquals(batch.depthNhw()[i], 0f);
                }
            }
        }
    }

    @Test
    public void unreadableFramesAreReplacedUpToALimit() {
        AtomicInteger failures = new AtomicInteger();
        TrainingSet pseudo = failing(2, failures);
        // One worker: two may meet the same unreadable frame at the same moment.
        for (Batch batch : take(loader(1, 3, new Squares(5, "real", true), pseudo), 10)) {
            assertEquals(batch.images(), 6);
            assertTrue(batch.ids().stream().noneMatch(id -> id.equals("pseudo/0") || id.equals("pseudo/1")));
        }
        assertEquals(failures.get(), 2, "each is tried once");
        DataException e = expectThrows(
                DataException.class, () -> take(loader(1, 3, new Squares(5, "real", true), failing(4, failures)), 10));
        assertTrue(e.getMessage().contains("at most 2"), e.getMessage());
    }

    private static TrainingSet failing(int bad, AtomicInteger failures) {
        Squares squares = new Squares(9, "pseudo", true);
        return new TrainingSet() {
            @Override
            public int size() {
                return squares.size();
            }

            @Override
            public TrainingFrame get(int index) {
                if (index < bad) {
                    failures.incrementAndGet();
                    throw new DataException("frame " + index + ": truncated");
                }
                return squares.get(index);
            }
        };
    }

    @DataProvider
    public Object[][] batches() {
        return new Object[][] {{1, 1}, {2, 3}, {6, 1}, {40, 3}};
    }

    /** No frame is there before as many are being read as workers were asked for. */
    @Test(dataProvider = "batches", timeOut = 60_000)
    public void asManyWorkersReadAsWereAskedFor(int batch, int ahead) {
        int workers = 16;
        Squares squares = new Squares(9, "real", true);
        CyclicBarrier together = new CyclicBarrier(workers);
        AtomicInteger met = new AtomicInteger();
        TrainingSet frames = new TrainingSet() {
            @Override
            public int size() {
                return squares.size();
            }

            @Override
            public TrainingFrame get(int index) {
                if (met.getAndIncrement() < workers) {
                    meet(together);
                }
                return squares.get(index);
            }
        };
        List<TrainingSource> sources = List.of(new TrainingSource("real", frames, 1, ClassSlice.all(3)));
        BatchLoader loader =
                new BatchLoader(sources, batch, CROP, ALL, new LoaderConfiguration(workers, ahead, 0, 0), 1);
        assertEquals(take(loader, 2).get(1).images(), batch);
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    public void anEmptySourceIsSaidAtOnce() {
        DataException e = expectThrows(
                DataException.class, () -> loader(1, 1, new Squares(5, "real", true), new Squares(0, "pseudo", true)));
        assertTrue(e.getMessage().startsWith("source pseudo: found no frames"), e.getMessage());
    }

    @Test
    public void aClassBeyondTheHeadIsRefused() {
        List<TrainingSource> sources =
                List.of(new TrainingSource("real", new Squares(5, "real", true), 1, ClassSlice.all(2)));
        DataException e = expectThrows(
                DataException.class,
                () -> take(
                        new BatchLoader(
                                sources,
                                4,
                                CROP,
                                AugmentationConfiguration.NONE,
                                new LoaderConfiguration(1, 1, 0, 0),
                                1),
                        3));
        assertTrue(e.getMessage().contains("has class 2, expected 0 to 1"), e.getMessage());
    }

    @Test
    public void theCacheReadsOnceWhatFits() {
        AtomicInteger reads = new AtomicInteger();
        TrainingSet counting = new TrainingSet() {
            @Override
            public int size() {
                return 10;
            }

            @Override
            public TrainingFrame get(int index) {
                reads.incrementAndGet();
                return TrainingFrameBuilder.builder()
                        .id("f")
                        .rgb(new RgbImage(10, 10, new byte[300]))
                        .build();
            }
        };
        TrainingSet cached = new FrameCache(1500).over(counting);
        for (int pass = 0; pass < 3; pass++) {
            for (int i = 0; i < 10; i++) {
                cached.get(i);
            }
        }
        assertEquals(reads.get(), 5 + 3 * 5);
    }
}
