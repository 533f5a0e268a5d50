package dev.understudy.store;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class LabelStorePredictorTest {
    private Path folder;
    private StoreDescription description;

    @BeforeMethod
    public void makeStore() throws IOException {
        folder = Scratch.folder("store");
        description = StoreFixture.label(folder, StoreFixture.frames(3), 2);
    }

    @AfterMethod
    public void removeStore() throws IOException {
        Scratch.delete(folder);
    }

    private static Frame frame(String id, int width, int height) {
        return new Frame(
                StoreFixture.frame(id), new RgbImage(width, height, new byte[3 * width * height]), null, null, null);
    }

    @Test
    public void saysTheMostProbableClassAndTheDepth() {
        Evidence evidence = StoreFixture.evidence("room/002", description);
        try (LabelStore store = LabelStore.open(folder);
                LabelStorePredictor predictor = new LabelStorePredictor(store)) {
            assertEquals(predictor.tasks(), Set.of(Task.SEGMENTATION, Task.DEPTH));
            Prediction prediction = predictor.predict(frame("room/002", evidence.width(), evidence.height()));
            assertEquals(
                    Objects.requireNonNull(prediction.segmentation()).classes(),
                    Arrays.copyOf(
                            LabelStoreTest.segmentation(evidence).classes(), evidence.width() * evidence.height()));
            assertEquals(
                    Objects.requireNonNull(prediction.depth()).metres(),
                    Objects.requireNonNull(evidence.depth()).metres());
        }
    }

    @Test
    public void aFrameOfAnotherSizeIsRefused() {
        try (LabelStore store = LabelStore.open(folder);
                LabelStorePredictor predictor = new LabelStorePredictor(store)) {
            DataException e = expectThrows(DataException.class, () -> predictor.predict(frame("room/002", 99, 98)));
            assertTrue(Objects.requireNonNull(e.getMessage()).contains("99×98"), e.getMessage());
        }
    }

    @Test
    public void storedFramesAreThoseThatTheStoreHas() {
        List<String> ids = List.of("x", "room/002", "y", "room/000");
        FrameSource source = new FrameSource() {
            @Override
            public int size() {
                return ids.size();
            }

            @Override
            public FrameRecord record(int index) {
                return StoreFixture.frame(ids.get(index));
            }

            @Override
            public Frame read(int index) {
                return frame(ids.get(index), 2, 2);
            }
        };
        try (LabelStore store = LabelStore.open(folder)) {
            FrameSource stored = store.labelled(source);
            assertEquals(stored.size(), 2);
            assertEquals(stored.record(0).id(), "room/002");
            assertEquals(stored.read(1).id(), "room/000");
        }
    }
}
