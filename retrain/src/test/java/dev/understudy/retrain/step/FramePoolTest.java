package dev.understudy.retrain.step;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.retrain.step.FrameInlet.GrowingManifest;
import dev.understudy.retrain.step.FrameInlet.WatchedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class FramePoolTest {
    private Path folder;
    private FramePool pool;

    @BeforeMethod
    public void begin() throws IOException {
        folder = Scratch.folder("pool");
        pool = new FramePool(folder.resolve("state"));
        Files.createDirectories(folder.resolve("state"));
        for (String id : List.of("0", "a", "b", "c")) {
            Files.createFile(folder.resolve(id + ".png"));
        }
    }

    @Test
    public void picturesThatAreGoneAreNotTrainedOnAnyMore() throws IOException {
        show("a", "b");
        pool.learnt(takeIn().toLearn());
        Files.delete(folder.resolve("a.png"));
        show("b", "c");
        FramePool.Intake intake = takeIn();
        assertEquals(ids(intake.toLearn()), "b c");
        assertEquals(ids(intake.toLabel()), "a b c");
    }

    @Test
    public void whatNoCycleHasLearntFromIsNewHoweverOftenItIsTakenIn() throws IOException {
        show("a", "b");
        assertEquals(ids(takeIn().fresh()), "a b");
        assertEquals(ids(takeIn().fresh()), "a b");
        pool.learnt(takeIn().toLearn());
        assertEquals(ids(takeIn().fresh()), "");
        show("a", "b", "c");
        FramePool.Intake next = takeIn();
        assertEquals(ids(next.fresh()), "c");
        assertEquals(ids(next.toLearn()), "a b c");
        assertEquals(next.root(), folder.toAbsolutePath());
    }

    @Test
    public void whatIsLabelledOnlyGrowsAtItsEndWhateverTheSourceDoes() throws IOException {
        show("a", "b");
        takeIn();
        show("c", "b");
        FramePool.Intake without = takeIn();
        assertEquals(ids(without.toLabel()), "a b c", "the store has labels for a");
        assertEquals(ids(without.toLearn()), "c b", "but a is gone, and nobody has learnt from it");
        pool.learnt(without.toLearn());
        show("0", "c", "b", "a");
        FramePool.Intake back = takeIn();
        assertEquals(ids(back.toLabel()), "a b c 0");
        assertEquals(ids(back.toLearn()), "c b 0 a");
        assertEquals(ids(back.fresh()), "0 a");
    }

    @Test
    public void anIdStandsForOnePicture() throws IOException {
        show("a");
        takeIn();
        ManifestWriter.write(folder.resolve("manifest.jsonl"), List.of(frame("a", "other.png", null)));
        assertEquals(takeIn().fresh().get(0).rgb(), "a.png");
    }

    @Test
    public void annotatedFramesAreNotForTheExpert() throws IOException {
        ManifestWriter.write(
                folder.resolve("manifest.jsonl"),
                List.of(frame("a", "a.png", null), frame("b", "b.png", "b-labels.png")));
        assertEquals(ids(takeIn().fresh()), "a");
    }

    @Test
    public void aRecordingCountsOnceItsManifestIsThere() throws IOException {
        recording("monday", "1", "2");
        Files.createDirectories(folder.resolve("tuesday"));
        Files.createDirectories(folder.resolve(".hidden"));
        Files.writeString(folder.resolve("notes.txt"), "");
        WatchedFolder watched = new WatchedFolder(folder);
        FramePool.Intake first = pool.takeIn(watched);
        assertEquals(ids(first.fresh()), "monday/1 monday/2");
        assertTrue(watched.waiting().contains("tuesday"), "told of, since nobody may ever write its manifest");
        assertFalse(watched.waiting().contains("monday"));
        assertFalse(watched.waiting().contains(".hidden"));
        assertEquals(first.fresh().get(0).rgb(), "monday/1.png");
        assertEquals(first.fresh().get(0).depth(), "monday/depth.png");
        pool.learnt(first.toLearn());
        recording("tuesday", "1");
        recording("monday", "1", "2", "3");
        assertEquals(ids(pool.takeIn(watched).fresh()), "monday/3 tuesday/1");
    }

    @Test
    public void aFolderThatIsNotThereIsSaid() {
        DataException missing =
                expectThrows(DataException.class, () -> pool.takeIn(new WatchedFolder(folder.resolve("nowhere"))));
        assertTrue(missing.getMessage().contains("expected one with recordings"), missing.getMessage());
    }

    private FramePool.Intake takeIn() throws IOException {
        return pool.takeIn(new GrowingManifest(folder.resolve("manifest.jsonl"), null));
    }

    private void show(String... ids) throws IOException {
        ManifestWriter.write(
                folder.resolve("manifest.jsonl"),
                Stream.of(ids).map(id -> frame(id, id + ".png", null)).toList());
    }

    private void recording(String name, String... ids) throws IOException {
        List<FrameRecord> frames = new ArrayList<>();
        for (String id : ids) {
            frames.add(frame(id, id + ".png", null));
        }
        Files.createDirectories(folder.resolve(name));
        ManifestWriter.write(folder.resolve(name).resolve(Manifest.FILE_NAME), frames);
    }

    private static FrameRecord frame(String id, String rgb, @Nullable String labels) {
        return FrameRecord.of(id, rgb)
                .depth("depth.png")
                .segmentation(labels)
                .classes("nyud40")
                .depthScale(1000.0)
                .build();
    }

    private static String ids(List<FrameRecord> frames) {
        return String.join(" ", frames.stream().map(FrameRecord::id).toList());
    }
}
