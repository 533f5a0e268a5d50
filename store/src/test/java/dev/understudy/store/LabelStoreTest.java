package dev.understudy.store;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNotNull;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.store.LabelStore.QuarantinedFrame;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class LabelStoreTest {
    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Scratch.folder("store");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        Scratch.delete(folder);
    }

    @DataProvider
    public Object[][] kinds() {
        return new Object[][] {
            {List.of(Task.SEGMENTATION), 1},
            {List.of(Task.SEGMENTATION), 3},
            {List.of(Task.DEPTH), 0},
            {List.of(Task.SEGMENTATION, Task.DEPTH), 5},
        };
    }

    @Test(dataProvider = "kinds")
    public void givesBackWhatWasPut(List<Task> tasks, int topK) throws IOException {
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(5), 2);
        StoreDescription description = StoreFixture.description(plan, tasks, topK);
        StoreFixture.label(folder, description, plan, ResumeOptions.DEFAULT, id -> false);
        try (LabelStore store = LabelStore.open(folder)) {
            assertEquals(store.description(), description);
            assertEquals(
                    store.ids(),
                    StoreFixture.frames(5).stream().map(FrameRecord::id).toList());
            for (String id : store.ids()) {
                assertSame(store.get(id), StoreFixture.evidence(id, description));
                assertEquals(store.summary(id), FrameSummary.of(id, StoreFixture.evidence(id, description)));
            }
        }
    }

    @Test
    public void readsFewerClassesWhenAskedTo() throws IOException {
        StoreDescription description = StoreFixture.label(folder, StoreFixture.frames(2), 2);
        try (LabelStore store = LabelStore.open(folder)) {
            SegmentationEvidence whole = segmentation(StoreFixture.evidence("room/001", description));
            SegmentationEvidence first = segmentation(store.get("room/001", 1));
            int pixels = whole.entropy().length;
            assertEquals(first.classes(), Arrays.copyOf(whole.classes(), pixels));
            assertEquals(first.probability(), Arrays.copyOf(whole.probability(), pixels));
            assertThrows(IllegalArgumentException.class, () -> store.get("room/001", 4));
        }
    }

    @Test
    public void keepsIdsThatLookLikeDatasets() throws IOException {
        List<FrameRecord> frames =
                List.of(StoreFixture.frame("a"), StoreFixture.frame("a/class"), StoreFixture.frame("a/b/depth"));
        StoreDescription description = StoreFixture.label(folder, frames, 3);
        try (LabelStore store = LabelStore.open(folder)) {
            for (FrameRecord frame : frames) {
                assertSame(store.get(frame.id()), StoreFixture.evidence(frame.id(), description));
            }
        }
    }

    @Test
    public void tellsOfFramesInQuarantine() throws IOException {
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(4), 2);
        StoreFixture.label(
                folder,
                StoreFixture.description(plan),
                plan,
                ResumeOptions.DEFAULT,
                id -> id.compareTo("room/002") >= 0);
        try (LabelStore store = LabelStore.open(folder)) {
            assertEquals(store.ids(), List.of("room/000", "room/001"));
            assertFalse(store.contains("room/002"));
            assertEquals(store.totals().quarantined(), 2);
            assertEquals(
                    store.quarantined().get(0),
                    new QuarantinedFrame("room/002", "rgb/room/002.png: not a picture", "DataException"));
            DataException e = org.testng.Assert.expectThrows(DataException.class, () -> store.get("room/002"));
            assertTrue(Objects.requireNonNull(e.getMessage()).contains("room/002 is not in the store"), e.getMessage());
        }
    }

    @Test
    public void anEmptyManifestMakesAnEmptyStore() throws IOException {
        StoreFixture.label(folder, List.of(), 4);
        try (LabelStore store = LabelStore.open(folder)) {
            assertEquals(store.ids(), List.of());
            assertEquals(store.statistics().pixels(), 0);
        }
        assertEquals(StoreVerifier.verify(folder, done -> {}), List.of());
    }

    /** Under Turkish rules a small I has no dot, and digits of Persian are others. */
    @Test
    public void theDescriptionIsWrittenAlikeInEveryLanguage() throws IOException {
        StoreFixture.label(folder, StoreFixture.frames(2), 2);
        String written = Files.readString(folder.resolve("store.json"));
        assertTrue(written.contains("\"tasks\" : [ \"segmentation\", \"depth\" ]"), written);
        assertTrue(written.chars().allMatch(c -> c < 128), written);
    }

    @Test
    public void anIndexLineIsWrittenInOneOrder() {
        byte[] two = {1, 1};
        byte[] all = {(byte) 255, (byte) 255};
        SegmentationEvidence evidence = new SegmentationEvidence(1, two, all, new byte[2], all);
        assertEquals(
                StoreJson.line(FrameSummary.of("a", new Evidence(2, 1, evidence, null))),
                "{'id':'a','width':2,'height':1,'segmentation':{'confidence':{'1':{'from':255,'counts':[2]}},"
                                .replace('\'', '"')
                        + "'entropy':{'from':0,'counts':[2]},'agreement':{'from':255,'counts':[2]},".replace('\'', '"')
                        + "'meanConfidence':1.0000,'meanEntropy':0.0000,'meanAgreement':1.0000},'depth':null}"
                                .replace('\'', '"'));
    }

    @Test
    public void totalsAndStatisticsComeFromIndexLines() throws IOException {
        StoreDescription description = StoreFixture.label(folder, StoreFixture.frames(7), 3);
        long[] classPixels = new long[256];
        long pixels = 0;
        long confidence = 0;
        for (FrameRecord frame : StoreFixture.frames(7)) {
            SegmentationEvidence evidence = segmentation(StoreFixture.evidence(frame.id(), description));
            for (int i = 0; i < evidence.entropy().length; i++) {
                classPixels[evidence.classes()[i] & 0xFF]++;
                confidence += evidence.probability()[i] & 0xFF;
                pixels++;
            }
        }
        try (LabelStore store = LabelStore.open(folder)) {
            StoreStatistics statistics = store.statistics();
            assertEquals(statistics.frames(), 7);
            assertEquals(statistics.pixels(), pixels);
            assertEquals(statistics.overallConfidence().levelSum(), confidence);
            assertEquals(store.totals().confidenceSum(), confidence);
            assertEquals(statistics.entropy().total(), pixels);
            for (int c = 0; c < StoreFixture.CLASSES; c++) {
                assertEquals(
                        statistics
                                .confidence()
                                .getOrDefault(c, new LevelHistogram())
                                .total(),
                        classPixels[c]);
                assertEquals((long) store.totals().classPixels().getOrDefault(c, 0L), classPixels[c]);
            }
        }
    }

    @Test
    public void statisticsMergeToThoseOfOnePass() throws IOException {
        StoreFixture.label(folder, StoreFixture.frames(6), 4);
        try (LabelStore store = LabelStore.open(folder)) {
            StoreStatistics first = new StoreStatistics();
            StoreStatistics second = new StoreStatistics();
            for (int i = 5; i >= 0; i--) {
                (i < 2 ? first : second).add(store.summary(store.ids().get(i)));
            }
            second.merge(first);
            assertEquals(second.confidence(), store.statistics().confidence());
            assertEquals(second.entropy(), store.statistics().entropy());
            assertEquals(second.agreement(), store.statistics().agreement());
        }
    }

    @Test
    public void readsFromManyThreadsWithFewOpenShards() throws IOException {
        StoreDescription description = StoreFixture.label(folder, StoreFixture.frames(60), 2);
        try (LabelStore store = LabelStore.open(folder)) {
            IntStream.range(0, 600).parallel().forEach(i -> {
                String id = store.ids().get(i * 37 % 60);
                assertSame(store.get(id), StoreFixture.evidence(id, description));
            });
        }
    }

    @Test
    public void anIncompleteStoreIsNotOpened() throws IOException {
        StoreFixture.label(folder, StoreFixture.frames(2), 2);
        Files.delete(folder.resolve("_SUCCESS"));
        DataException e = org.testng.Assert.expectThrows(DataException.class, () -> LabelStore.open(folder));
        assertTrue(Objects.requireNonNull(e.getMessage()).contains("not complete"), e.getMessage());
    }

    static SegmentationEvidence segmentation(Evidence evidence) {
        assertNotNull(evidence.segmentation());
        return Objects.requireNonNull(evidence.segmentation());
    }

    static void assertSame(Evidence found, Evidence expected) {
        assertEquals(found.width(), expected.width());
        assertEquals(found.height(), expected.height());
        if (expected.segmentation() == null) {
            assertNull(found.segmentation());
        } else {
            assertEquals(segmentation(found).classes(), segmentation(expected).classes());
            assertEquals(
                    segmentation(found).probability(), segmentation(expected).probability());
            assertEquals(segmentation(found).entropy(), segmentation(expected).entropy());
            assertEquals(segmentation(found).agreement(), segmentation(expected).agreement());
        }
        if (expected.depth() == null) {
            assertNull(found.depth());
        } else {
            assertEquals(
                    Objects.requireNonNull(found.depth()).metres(),
                    Objects.requireNonNull(expected.depth()).metres());
            assertEquals(
                    Objects.requireNonNull(found.depth()).spread(),
                    Objects.requireNonNull(expected.depth()).spread());
        }
    }
}
