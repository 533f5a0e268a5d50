package dev.understudy.trainer.data;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.trainer.data.BatchLoader.LoaderConfiguration;
import dev.understudy.trainer.data.BatchLoader.TrainingSource;
import java.util.List;
import org.testng.annotations.Test;

public class SoftLabelsTest {
    private static final CropSize PIXEL = new CropSize(1, 1);

    private static TrainingFrame frame(String id, SoftLabels soft) {
        return TrainingFrameBuilder.builder()
                .id(id)
                .rgb(new RgbImage(1, 1, new byte[3]))
                .segmentation(new LabelMap(1, 1, new byte[1]))
                .soft(soft)
                .build();
    }

    private static SoftLabels soft(byte... classes) {
        byte[] levels = new byte[classes.length];
        for (int k = 0; k < levels.length; k++) {
            levels[k] = (byte) (100 - k);
        }
        return new SoftLabels(classes.length, classes, levels);
    }

    private static TrainingSource source(String name, TrainingFrame frame) {
        TrainingSet frames = new TrainingSet() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public TrainingFrame get(int index) {
                return frame;
            }
        };
        return new TrainingSource(name, frames, 1, ClassSlice.all(4));
    }

    /** One frame of each source. */
    private static Batch batch(TrainingSource... sources) {
        try (BatchLoader loader = new BatchLoader(
                List.of(sources),
                sources.length,
                PIXEL,
                AugmentationConfiguration.NONE,
                new LoaderConfiguration(1, 1, 1, 1),
                1)) {
            return loader.next();
        }
    }

    @Test
    public void framesThatTellMoreAndFewerClassesShareABatch() {
        TrainingSource three = source("three", frame("three", soft((byte) 2, (byte) 0, (byte) 1)));
        TrainingSource two = source("two", frame("two", soft((byte) 3, (byte) 1)));
        TrainingSource hard = source("hard", frame("hard", null));
        Batch batch = batch(three, two, hard);
        assertEquals(batch.soft().topK(), 3);
        assertEquals(batch.images(), 3);
        for (int i = 0; i < 3; i++) {
            SoftLabels own = batch.part(i, i + 1).soft();
            String id = batch.ids().get(i);
            assertEquals(own.has(0), !id.equals("hard"), id);
            assertEquals(own.classes(), expected(id), id);
        }
        assertNull(batch(hard).soft());
    }

    private static byte[] expected(String id) {
        return switch (id) {
            case "three" -> new byte[] {2, 0, 1};
            case "two" -> new byte[] {3, 1, 0};
            default -> new byte[3];
        };
    }

    @Test
    public void aClassOfAnotherSpaceIsRefused() {
        DataException refused =
                expectThrows(DataException.class, () -> batch(source("pseudo", frame("a", soft((byte) 0, (byte) 4)))));
        assertTrue(
                refused.getMessage().contains("source pseudo: frame a has class 4, expected 0 to 3"),
                refused.getMessage());
    }

    @Test
    public void softLabelsBelongToLabels() {
        TrainingFrame frame = frame("a", soft((byte) 1, (byte) 2));
        assertNull(frame.teaching(List.of(Task.DEPTH)).soft());
        assertEquals(frame.teaching(List.of(Task.SEGMENTATION)), frame);
        assertEquals(frame.withDepth(null).soft(), frame.soft());
    }

    @Test
    public void aPixelWithoutLevelsHasNone() {
        SoftLabels soft = new SoftLabels(2, new byte[] {1, 2, 1, 2}, new byte[] {0, 0, 0, (byte) 200});
        assertFalse(soft.has(0));
        assertTrue(soft.has(1));
        expectThrows(IllegalArgumentException.class, () -> new SoftLabels(2, new byte[3], new byte[3]));
    }
}
