package dev.understudy.scenes;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.scenes.RenderOptions.SceneKind;
import java.util.Arrays;
import org.testng.annotations.Test;

public class StreetStatisticsTest {
    private static final int SKY = 10;
    private static final int FRAMES = 80;
    private static final int PIXELS = 64 * 48;

    @Test
    public void manyClassesAndASkyWithoutDepth() {
        FrameRenderer renderer = new FrameRenderer(RenderOptions.of(SceneKind.STREETS, 64, 48, 78));
        int[] framesWith = new int[256];
        int near = 0;
        for (int index = 0; index < FRAMES; index++) {
            Frame frame = renderer.render(index);
            int[] pixels = new int[256];
            for (int i = 0; i < PIXELS; i++) {
                int label = frame.segmentation().classAt(i);
                float z = frame.depth().metres()[i];
                float up = frame.normals().xyz()[3 * i + 2];
                pixels[label]++;
                assertEquals(
                        z == 0, label == SKY, frame.id() + " at " + i + ": class " + label + ", " + z + " m, up " + up);
                assertTrue(z < 255, frame.id() + ": " + z + " m");
                near += z > 0 && z < 1 ? 1 : 0;
            }
            for (int c = 0; c < 256; c++) {
                framesWith[c] += pixels[c] > 0 ? 1 : 0;
            }
        }
        for (int c = 19; c < 256; c++) {
            assertEquals(framesWith[c], 0, "frames with class " + c);
        }
        long common = Arrays.stream(framesWith).filter(n -> n >= 0.1 * FRAMES).count();
        assertTrue(common >= 14, common + " common classes: " + Arrays.toString(Arrays.copyOf(framesWith, 19)));
        assertTrue(near < 0.02 * FRAMES * PIXELS, near + " pixels nearer than 1 m");
    }
}
