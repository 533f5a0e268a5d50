package dev.understudy.trainer.data;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertSame;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import dev.understudy.trainer.data.AugmentationConfiguration.ScaledDepth;
import dev.understudy.trainer.data.BatchLoader.LoaderConfiguration;
import dev.understudy.trainer.data.BatchLoader.TrainingSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Frames from disk are those that went there, whatever became of the files. */
public class DiskFrameCacheTest {
    private static final long ROOMY = 1 << 20;
    private static final int FRAMES = 12;

    private Path folder;

    @BeforeMethod
    public void open() throws IOException {
        folder = Scratch.folder("frames");
    }

    @AfterMethod
    public void clear() throws IOException {
        Scratch.delete(folder);
    }

    /** Random frames, each with other parts: all that a frame may have or lack. */
    private static final class Counted implements TrainingSet {
        private final AtomicInteger made = new AtomicInteger();
        private final String labels;

        Counted(String labels) {
            this.labels = labels;
        }

        @Override
        public int size() {
            return FRAMES;
        }

        @Override
        public SortedMap<String, String> origin() {
            return new TreeMap<>(Map.of("labels", labels));
        }

        @Override
        public TrainingFrame get(int index) {
            made.incrementAndGet();
            Random random = new Random(index * 31L + labels.hashCode());
            int width = 5 + index;
            int height = 7;
            int pixels = width * height;
            DepthMap depth = index % 3 == 0 ? null : new DepthMap(width, height, floats(random, pixels));
            SoftLabels soft = new SoftLabels(2, bytes(random, 2 * pixels), bytes(random, 2 * pixels));
            return TrainingFrameBuilder.builder()
                    .id("room/é-" + index)
                    .rgb(new RgbImage(width, height, bytes(random, 3 * pixels)))
                    .segmentation(index % 2 == 0 ? null : new LabelMap(width, height, classes(random, pixels)))
                    .segmentationWeight(index % 4 == 1 ? floats(random, pixels) : null)
                    .soft(index % 4 == 3 ? soft.take(IntStream.range(0, pixels).toArray()) : null)
                    .depth(depth)
                    .normals(index % 5 == 0 ? new NormalMap(width, height, floats(random, 3 * pixels)) : null)
                    .view(index < 4 ? null : view(random, depth, width, height))
                    .build();
        }

        private static TrainingFrame.SceneView view(Random random, @Nullable DepthMap depth, int width, int height) {
            Pose pose = new Pose(1, 0, 0, random.nextDouble(), 0, 1, 0, 2, 0, 0, 1, -3);
            PinholeView camera = new PinholeView(pose, new Intrinsics(3, 4, 2.5, random.nextDouble()), width, height);
            boolean same = depth != null && random.nextBoolean();
            return new TrainingFrame.SceneView(
                    "scene " + random.nextInt(9),
                    camera,
                    same ? depth : new DepthMap(width, height, floats(random, width * height)));
        }

        private static byte[] bytes(Random random, int count) {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            return bytes;
        }

        private static byte[] classes(Random random, int count) {
            byte[] classes = bytes(random, count);
            for (int i = 0; i < count; i++) {
                classes[i] = (byte) (classes[i] & 3);
            }
            return classes;
        }

        private static float[] floats(Random random, int count) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = random.nextFloat();
            }
            return values;
        }
    }

    private static void assertSameFrames(TrainingSet found, String labels) {
        TrainingSet expected = new Counted(labels);
        for (int i = 0; i < FRAMES; i++) {
            assertSameFrame(found.get(i), expected.get(i));
        }
    }

    private static void assertSameFrame(TrainingFrame found, TrainingFrame expected) {
        String id = expected.id();
        assertEquals(found.id(), id);
        assertEquals(found.rgb().width(), expected.rgb().width(), id);
        assertEquals(found.rgb().rgb(), expected.rgb().rgb(), id);
        assertEquals(found.segmentation() == null, expected.segmentation() == null, id);
        if (expected.segmentation() != null) {
            assertEquals(found.segmentation().classes(), expected.segmentation().classes(), id);
        }
        assertEquals(found.segmentationWeight(), expected.segmentationWeight(), id);
        assertEquals(found.soft() == null, expected.soft() == null, id);
        if (expected.soft() != null) {
            assertEquals(found.soft().levels(), expected.soft().levels(), id);
            assertEquals(found.soft().classes(), expected.soft().classes(), id);
        }
        assertEquals(metres(found.depth()), metres(expected.depth()), id);
        assertEquals(found.normals() == null, expected.normals() == null, id);
        if (expected.normals() != null) {
            assertEquals(found.normals().xyz(), expected.normals().xyz(), id);
        }
        if (expected.view() == null) {
            assertNull(found.view(), id);
        } else {
            assertEquals(found.view().scene(), expected.view().scene(), id);
            assertEquals(found.view().camera(), expected.view().camera(), id);
            assertEquals(metres(found.view().depth()), metres(expected.view().depth()), id);
            if (expected.view().depth() == expected.depth()) {
                assertSame(found.view().depth(), found.depth(), id);
            }
        }
    }

    private static float @Nullable [] metres(@Nullable DepthMap map) {
        return map == null ? null : map.metres();
    }

    @Test
    public void framesAreMadeOnceAndStayTheSame() {
        Counted frames = new Counted("a");
        try (DiskFrameCache cache = new DiskFrameCache(folder, ROOMY)) {
            TrainingSet cached = cache.over("rooms", frames);
            assertSameFrames(cached, "a");
            assertSameFrames(cached, "a");
        }
        assertEquals(frames.made.get(), FRAMES);
    }

    @Test
    public void whatARunLeftIsTakenUp() throws IOException {
        try (DiskFrameCache cache = new DiskFrameCache(folder, ROOMY)) {
            assertSameFrames(cache.over("rooms", new Counted("a")), "a");
            assertSameFrames(cache.over("streets", new Counted("b")), "b");
        }
        Counted rooms = new Counted("a");
        Counted streets = new Counted("b");
        try (DiskFrameCache cache = new DiskFrameCache(folder, ROOMY)) {
            assertSameFrames(cache.over("rooms", rooms), "a");
            assertSameFrames(cache.over("streets", streets), "b");
        }
        assertEquals(rooms.made.get() + streets.made.get(), 0);
        Counted others = new Counted("other labels");
        try (DiskFrameCache cache = new DiskFrameCache(folder, ROOMY)) {
            assertSameFrames(cache.over("rooms", others), "other labels");
            assertEquals(others.made.get(), FRAMES);
            assertSameFrames(cache.over("streets", streets), "b");
        }
        assertEquals(streets.made.get(), 0, "another source's file is its own");
    }

    @Test
    public void itKeepsToItsRoom() throws IOException {
        long room = 4000;
        Counted frames = new Counted("a");
        try (DiskFrameCache cache = new DiskFrameCache(folder, room)) {
            TrainingSet cached = cache.over("rooms", frames);
            assertSameFrames(cached, "a");
            assertSameFrames(cached, "a");
        }
        assertTrue(frames.made.get() > FRAMES && frames.made.get() < 2 * FRAMES, frames.made.get() + " frames made");
        assertTrue(Files.size(file()) <= room, Files.size(file()) + " bytes");
        Counted again = new Counted("a");
        try (DiskFrameCache cache = new DiskFrameCache(folder, 300)) {
            assertSameFrames(cache.over("rooms", again), "a");
        }
        assertTrue(Files.size(file()) <= 300, "a smaller room is kept to as well");
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    /** Any byte, the header's among them, and any end. */
    @Test
    public void damagedFramesAreMadeAgain() throws IOException {
        try (DiskFrameCache cache = new DiskFrameCache(folder, ROOMY)) {
            assertSameFrames(cache.over("rooms", new Counted("a")), "a");
        }
        byte[] whole = Files.readAllBytes(file());
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            byte[] damaged = i % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            if (i % 3 == 1) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            } else if (i % 3 == 2) {
                int from = random.nextInt(damaged.length);
                Arrays.fill(damaged, from, Math.min(damaged.length, from + 40), (byte) random.nextInt());
            }
            Files.write(file(), damaged);
            Counted frames = new Counted("a");
            try (DiskFrameCache cache = new DiskFrameCache(folder, ROOMY)) {
                TrainingSet cached = cache.over("rooms", frames);
                assertSameFrames(cached, "a");
                int made = frames.made.get();
                assertSameFrames(cached, "a");
                assertEquals(frames.made.get(), made, "kept again, seed " + seed);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", damage " + i + ": " + e.getMessage(), e);
            }
        }
    }

    @Test
    public void nothingIsLeftOnceTrainingIsOver() {
        DiskFrameCache cache = new DiskFrameCache(folder.resolve("cache"), ROOMY);
        assertSameFrames(cache.over("rooms", new Counted("a")), "a");
        cache.delete();
        assertTrue(Files.notExists(folder.resolve("cache")));
    }

    @Test
    public void whereNothingCanBeWrittenThereIsNoCache() throws IOException {
        Path occupied = Files.writeString(folder.resolve("file"), "a file where the folder should be");
        try (DiskFrameCache cache = new DiskFrameCache(occupied, ROOMY)) {
            assertSameFrames(cache.over("rooms", new Counted("a")), "a");
        }
    }

    /** Loaders that end interrupt their threads, in the middle of whatever these do. */
    @Test
    public void batchesAreTheSameAndLoadersMayEndAnyTime() {
        Counted frames = new Counted("a");
        try (DiskFrameCache cache = new DiskFrameCache(folder, ROOMY)) {
            TrainingSet cached = cache.over("rooms", frames);
            for (int stage = 0; stage < 8; stage++) {
                try (BatchLoader expected = loader(new Counted("a"), stage);
                        BatchLoader found = loader(cached, stage)) {
                    for (int i = 0; i < 4; i++) {
                        Batch one = expected.next();
                        Batch other = found.next();
                        assertEquals(other.ids(), one.ids());
                        assertEquals(other.rgbNhwc(), one.rgbNhwc());
                        assertEquals(other.classesNhw(), one.classesNhw());
                        assertEquals(other.weightNhw(), one.weightNhw());
                        assertEquals(other.depthNhw(), one.depthNhw());
                        assertEquals(other.normalsNhwc(), one.normalsNhwc());
                    }
                }
            }
            int made = frames.made.get();
            assertSameFrames(cached, "a");
            assertSameFrames(cached, "a");
            assertTrue(frames.made.get() <= made + FRAMES, "still kept");
        }
    }

    private static BatchLoader loader(TrainingSet frames, long seed) {
        return new BatchLoader(
                List.of(new TrainingSource("rooms", frames, 1, ClassSlice.all(255))),
                3,
                new CropSize(6, 6),
                AugmentationConfigurationBuilder.builder()
                        .mirror(true)
                        .minScale(0.5)
                        .maxScale(2)
                        .scaledDepth(ScaledDepth.DIVIDE)
                        .brightness(0.1)
                        .contrast(0)
                        .saturation(0)
                        .build(),
                new LoaderConfiguration(3, 4, 0, 0),
                seed);
    }
}
