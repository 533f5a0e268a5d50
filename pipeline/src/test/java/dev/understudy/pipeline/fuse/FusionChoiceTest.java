package dev.understudy.pipeline.fuse;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.fusion.FusionOptions;
import dev.understudy.labeler.fusion.FusionOptions.Pooling;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.fuse.FuseJob.Scenes;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class FusionChoiceTest {
    private static final int ROOMS = 4;

    private Manifest manifest;
    private LabelStore store;

    @BeforeClass
    public void label() throws IOException, InterruptedException {
        Path folder = Scratch.folder("choice");
        Path file = LabelledScenes.render(folder.resolve("rooms"), ROOMS);
        LabelledScenes.label(file, folder.resolve("store"), 2);
        manifest = Manifest.read(file);
        store = LabelStore.open(folder.resolve("store"));
    }

    @AfterClass
    public void close() {
        store.close();
    }

    /** Counts what is fused. */
    private static final class Counter implements Progress {
        private int steps;

        @Override
        public void step(long count) {
            steps += (int) count;
        }

        @Override
        public void note(String words) {}

        @Override
        public void close() {}
    }

    private FusionChoice choice() {
        return new FusionChoice(manifest.folder(), List.of(store), "nyud40", LabelledScenes.CLASSES, 2);
    }

    private FusionChoice.Chosen choose(FusionOptions given, List<FrameRecord> frames) {
        List<Scenes.Group> scenes = choice().annotated(Scenes.of(frames, 8));
        Counter counter = new Counter();
        FusionChoice.Chosen chosen = choice().choose(given, scenes, counter);
        assertEquals(counter.steps, FusionChoice.fusions(given, scenes.size()));
        return chosen;
    }

    /** In voxels of 60 cm a room is mush: whatever is chosen instead is finer, whatever was given besides stays. */
    @Test
    public void voxelsThatAreTooLargeAreReplaced() {
        FusionOptions given =
                FusionOptions.DEFAULT.with(options -> options.voxel(0.6).own(0));
        FusionChoice.Chosen chosen = choose(given, manifest.frames());
        assertTrue(chosen.options().voxel() <= 0.08, chosen.toString());
        assertEquals(chosen.options().own(), 0.0);
        assertTrue(chosen.by().matches("chosen on 4 scenes with annotated frames, AURC 0\\.\\d+ instead of 0\\.\\d+"));
        assertEquals(choose(given, manifest.frames()), chosen, "the same frames, the same choice");
    }

    @Test
    public void aChoiceIsNotWorseThanWhatWasGiven() {
        FusionOptions given = FusionOptions.DEFAULT.withPooling(Pooling.PRODUCT);
        FusionChoice.Chosen once = choose(given, manifest.frames());
        FusionChoice.Chosen again = choose(once.options(), manifest.frames());
        assertEquals(again.options(), once.options(), "nothing is better than the best");
    }

    @Test
    public void withoutAnnotatedFramesWhatWasGivenStays() {
        List<FrameRecord> hidden = manifest.frames().stream()
                .map(frame -> frame.withSegmentation(null))
                .toList();
        FusionChoice.Chosen none = choose(FusionOptions.DEFAULT, hidden);
        assertEquals(none.options(), FusionOptions.DEFAULT);
        assertTrue(none.by().contains("0 scenes have annotated frames, too few"), none.by());
        List<FrameRecord> other = manifest.frames().stream()
                .map(frame -> frame.withClasses("camvid11"))
                .toList();
        assertTrue(choose(FusionOptions.DEFAULT, other).by().contains("too few"), "annotated in another space");
        assertNotEquals(choice().annotated(Scenes.of(manifest.frames(), 8)).size(), 0);
    }
}
