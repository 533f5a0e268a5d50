package dev.understudy.pipeline.train;

import static org.testng.Assert.assertEquals;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.pipeline.train.ShrunkFrames.Shrinking;
import dev.understudy.trainer.data.CropSize;
import dev.understudy.trainer.data.SoftLabels;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingFrameBuilder;
import dev.understudy.trainer.data.TrainingSet;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ShrunkFramesTest {
    /** Of 4×2 pixels, whose numbers are those of their places. */
    private static TrainingFrame frame() {
        byte[] rgb = new byte[24];
        byte[] classes = new byte[8];
        float[] weight = new float[8];
        float[] metres = new float[8];
        float[] normals = new float[24];
        byte[] levels = new byte[16];
        for (int i = 0; i < 8; i++) {
            classes[i] = (byte) i;
            weight[i] = i / 8f;
            metres[i] = 1 + i;
            normals[3 * i + 2] = -1;
            normals[3 * i] = i;
            levels[2 * i] = (byte) (100 + i);
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) (200 + 4 * i + c);
            }
        }
        return TrainingFrameBuilder.builder()
                .id("a")
                .rgb(new RgbImage(4, 2, rgb))
                .segmentation(new LabelMap(4, 2, classes))
                .segmentationWeight(weight)
                .soft(new SoftLabels(2, new byte[16], levels))
                .depth(new DepthMap(4, 2, metres))
                .normals(new NormalMap(4, 2, normals))
                .build();
    }

    /** One frame. */
    record Single(TrainingFrame frame) implements TrainingSet {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public TrainingFrame get(int index) {
            return frame;
        }
    }

    @Test
    public void coloursAreMeansAndAllElseIsTheMiddles() {
        TrainingFrame small = new ShrunkFrames.Learnt(new Single(frame()), new CropSize(2, 1)).get(0);
        // Pixels 0, 1, 4, 5 and 2, 3, 6, 7; the middles are 5 and 7
        assertEquals(
                small.rgb().rgb(), new byte[] {(byte) 210, (byte) 211, (byte) 212, (byte) 218, (byte) 219, (byte) 220});
        assertEquals(small.segmentation().classes(), new byte[] {5, 7});
        assertEquals(small.segmentationWeight(), new float[] {5 / 8f, 7 / 8f});
        assertEquals(small.depth().metres(), new float[] {6, 8});
        assertEquals(small.normals().xyz(), new float[] {5, 0, -1, 7, 0, -1});
        assertEquals(small.soft().levels(), new byte[] {105, 0, 107, 0});
    }

    @DataProvider
    public Object[][] sizes() {
        return new Object[][] {{1, 1}, {3, 2}, {4, 2}, {7, 5}, {16, 9}};
    }

    @Test(dataProvider = "sizes")
    public void everySizeTakesPixelsOfTheFrame(int width, int height) {
        Shrinking shrinking = new Shrinking(4, 2, width, height);
        int[] middles = shrinking.middles();
        assertEquals(middles.length, width * height);
        for (int middle : middles) {
            assertEquals(middle >= 0 && middle < 8, true, middle + "");
        }
        byte[] white = new byte[24];
        java.util.Arrays.fill(white, (byte) 255);
        for (byte value : shrinking.picture(new RgbImage(4, 2, white)).rgb()) {
            assertEquals(value, (byte) 255);
        }
        if (width == 4 && height == 2) {
            assertEquals(middles, new int[] {0, 1, 2, 3, 4, 5, 6, 7});
        }
    }
}
