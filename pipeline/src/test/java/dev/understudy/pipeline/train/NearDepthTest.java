package dev.understudy.pipeline.train;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertSame;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.pipeline.train.TrainingSources.NearDepth;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingFrameBuilder;
import org.testng.annotations.Test;

public class NearDepthTest {
    private static final RgbImage RGB = new RgbImage(3, 1, new byte[9]);

    @Test
    public void depthBeyondTheLimitIsUnmeasured() {
        float[] metres = {79.5f, 80, 80.5f};
        TrainingFrame frame = TrainingFrameBuilder.builder()
                .id("a")
                .rgb(RGB)
                .depth(new DepthMap(3, 1, metres))
                .build();
        TrainingFrame near = new NearDepth(new ShrunkFramesTest.Single(frame), 80).get(0);
        assertEquals(near.depth().metres(), new float[] {79.5f, 80, 0});
        assertEquals(metres[2], 80.5f, "the frame itself is left alone");
        assertSame(near.rgb(), RGB);
    }

    @Test
    public void aFrameWithoutDepthStaysAsItIs() {
        TrainingFrame frame = TrainingFrameBuilder.builder().id("a").rgb(RGB).build();
        assertSame(new NearDepth(new ShrunkFramesTest.Single(frame), 80).get(0), frame);
    }
}
