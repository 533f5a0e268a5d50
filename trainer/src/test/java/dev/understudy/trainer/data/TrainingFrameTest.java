package dev.understudy.trainer.data;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotNull;
import static org.testng.Assert.assertNull;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import java.util.List;
import org.testng.annotations.Test;

public class TrainingFrameTest {
    private static final TrainingFrame ANNOTATED = TrainingFrameBuilder.builder()
            .id("f")
            .rgb(new RgbImage(1, 1, new byte[3]))
            .segmentation(new LabelMap(1, 1, new byte[1]))
            .segmentationWeight(new float[] {0.5f})
            .depth(new DepthMap(1, 1, new float[] {2}))
            .normals(new NormalMap(1, 1, new float[] {0, 0, 1}))
            .build();

    @Test
    public void aFrameTeachesOnlyWhatItIsAskedTo() {
        TrainingFrame geometry = ANNOTATED.teaching(List.of(Task.DEPTH, Task.NORMALS));

        assertNull(geometry.segmentation());
        assertNull(geometry.segmentationWeight(), "weights belong to labels");
        assertNotNull(geometry.depth());
        assertNotNull(geometry.normals());
        assertNull(ANNOTATED.teaching(List.of(Task.SEGMENTATION)).depth());
    }

    @Test
    public void aFrameThatTeachesAllTasksIsTheSame() {
        assertEquals(ANNOTATED.teaching(List.of(Task.values())), ANNOTATED);
    }
}
