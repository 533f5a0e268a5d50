package dev.understudy.trainer.data;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.trainer.data.AugmentationConfiguration.ScaledDepth;
import dev.understudy.trainer.data.BatchAssembly.Sample;
import java.util.SplittableRandom;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class AugmentationTest {
    private static final int WIDTH = 8;
    private static final int HEIGHT = 6;

    /** Every map tells its column and row: class = x, depth = 1 + y, red = 10·x, normal (1, 0, 0). */
    private static TrainingFrame frame() {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        byte[] classes = new byte[WIDTH * HEIGHT];
        float[] weight = new float[WIDTH * HEIGHT];
        float[] depth = new float[WIDTH * HEIGHT];
        float[] normals = new float[3 * WIDTH * HEIGHT];
        for (int i = 0; i < classes.length; i++) {
            rgb[3 * i] = (byte) (10 * (i % WIDTH));
            classes[i] = (byte) (i % WIDTH);
            weight[i] = i % WIDTH / 10f;
            depth[i] = 1 + i / WIDTH;
            normals[3 * i] = 1;
        }
        return TrainingFrameBuilder.builder()
                .id("f")
                .rgb(new RgbImage(WIDTH, HEIGHT, rgb))
                .segmentation(new LabelMap(WIDTH, HEIGHT, classes))
                .segmentationWeight(weight)
                .depth(new DepthMap(WIDTH, HEIGHT, depth))
                .normals(new NormalMap(WIDTH, HEIGHT, normals))
                .build();
    }

    private static AugmentationConfiguration scaled(double scale, boolean mirror, ScaledDepth depth) {
        return AugmentationConfigurationBuilder.builder()
                .mirror(mirror)
                .minScale(scale)
                .maxScale(scale)
                .scaledDepth(depth)
                .brightness(0)
                .contrast(0)
                .saturation(0)
                .build();
    }

    @Test
    public void aWholeFrameStaysAsItIs() {
        Sample sample = new Augmentation(AugmentationConfiguration.NONE, new CropSize(WIDTH, HEIGHT))
                .apply(frame(), new SplittableRandom(1));
        TrainingFrame frame = frame();
        assertEquals(sample.classes(), frame.segmentation().classes());
        assertEquals(sample.depth(), frame.depth().metres());
        assertEquals(sample.normals(), frame.normals().xyz());
        assertEquals(sample.weight(), frame.segmentationWeight());
        for (int i = 0; i < sample.classes().length; i++) {
            float red = 10 * (i % WIDTH);
            assertEquals(sample.rgb()[3 * i], (red / 255 - 0.485f) / 0.229f, 1e-5);
        }
    }

    @Test
    public void allMapsMoveTogether() {
        boolean mirrored = false;
        boolean straight = false;
        for (int seed = 0; seed < 20; seed++) {
            Sample sample = new Augmentation(scaled(1, true, ScaledDepth.DIVIDE), new CropSize(4, 3))
                    .apply(frame(), new SplittableRandom(seed));
            int step = sample.classes()[1] - sample.classes()[0];
            mirrored |= step == -1;
            straight |= step == 1;
            assertEquals(sample.normals()[0], (float) step, "mirroring flips x");
            for (int i = 0; i < 12; i++) {
                int column = sample.classes()[i];
                assertEquals(column, sample.classes()[0] + step * (i % 4));
                assertEquals(sample.depth()[i], sample.depth()[0] + i / 4);
                assertEquals(sample.weight()[i], column / 10f);
                assertEquals(sample.rgb()[3 * i], (10 * column / 255f - 0.485f) / 0.229f, 1e-5);
            }
        }
        assertTrue(mirrored && straight);
    }

    @DataProvider
    public Object[][] geometries() {
        return new Object[][] {{1.0, true, 4, 3}, {2.0, true, 16, 12}, {0.7, false, 5, 4}, {1.0, true, 12, 9}};
    }

    /** Soft labels of a pixel: its class and the next, the more probable the further down. */
    @Test(dataProvider = "geometries")
    public void softLabelsGoWithTheirPixels(double scale, boolean mirror, int width, int height) {
        TrainingFrame hard = frame();
        SoftLabels soft = SoftLabels.none(2, WIDTH * HEIGHT);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            soft.classes()[2 * i] = (byte) (i % WIDTH);
            soft.classes()[2 * i + 1] = (byte) (i % WIDTH + 1);
            soft.levels()[2 * i] = (byte) (100 + i / WIDTH);
            soft.levels()[2 * i + 1] = 50;
        }
        TrainingFrame frame = TrainingFrameBuilder.builder()
                .id(hard.id())
                .rgb(hard.rgb())
                .segmentation(hard.segmentation())
                .segmentationWeight(hard.segmentationWeight())
                .soft(soft)
                .depth(hard.depth())
                .normals(hard.normals())
                .build();
        for (int seed = 0; seed < 10; seed++) {
            Sample sample = new Augmentation(scaled(scale, mirror, ScaledDepth.KEEP), new CropSize(width, height))
                    .apply(frame, new SplittableRandom(seed));
            for (int i = 0; i < width * height; i++) {
                boolean outside = sample.classes()[i] == (byte) 255;
                assertEquals(sample.soft().has(i), !outside);
                if (!outside) {
                    assertEquals(sample.soft().classes()[2 * i], sample.classes()[i]);
                    assertEquals(sample.soft().classes()[2 * i + 1], sample.classes()[i] + 1);
                    assertEquals(sample.soft().levels()[2 * i] - 100, (int) sample.depth()[i] - 1);
                    assertEquals(sample.soft().levels()[2 * i + 1], 50);
                }
            }
        }
    }

    @Test
    public void whatAppearsLargerIsNearer() {
        CropSize crop = new CropSize(2 * WIDTH, 2 * HEIGHT);
        Sample nearer =
                new Augmentation(scaled(2, false, ScaledDepth.DIVIDE), crop).apply(frame(), new SplittableRandom(1));
        Sample same =
                new Augmentation(scaled(2, false, ScaledDepth.KEEP), crop).apply(frame(), new SplittableRandom(1));
        for (int i = 0; i < crop.area(); i++) {
            int row = i / crop.width() / 2;
            assertEquals(same.depth()[i], 1f + row);
            assertEquals(nearer.depth()[i], (1f + row) / 2);
            assertEquals(nearer.classes()[i], i % crop.width() / 2);
        }
    }

    @DataProvider
    public Object[][] scales() {
        return new Object[][] {{0.5}, {0.8}, {1.0}, {1.6}, {3.0}};
    }

    /**
     * A plane a·X + b·Y + c·Z = 1 before a camera of focal length f has 1/Z = (a·u + b·v)/f + c, with u and v from the
     * principal point. So the slope of 1/Z over the crop's own pixels, of which the camera is still f, tells the plane
     * that the scaled depth shows, and its normal is (a, b, c).
     */
    @Test(dataProvider = "scales")
    public void normalsAreThoseOfTheDepthThatIsHandedOut(double scale) {
        int size = 60;
        double f = 50;
        double[] plane = {0.4, -0.2, 0.5};
        float[] depth = new float[size * size];
        float[] normals = new float[3 * size * size];
        double length = Math.sqrt(0.4 * 0.4 + 0.2 * 0.2 + 0.5 * 0.5);
        for (int i = 0; i < depth.length; i++) {
            double u = i % size - (size - 1) / 2.0;
            double v = i / size - (size - 1) / 2.0;
            depth[i] = (float) (1 / ((plane[0] * u + plane[1] * v) / f + plane[2]));
            for (int c = 0; c < 3; c++) {
                // Towards the camera, which looks along +z.
                normals[3 * i + c] = (float) (-plane[c] / length);
            }
        }
        TrainingFrame frame = TrainingFrameBuilder.builder()
                .id("plane")
                .rgb(new RgbImage(size, size, new byte[3 * size * size]))
                .depth(new DepthMap(size, size, depth))
                .normals(new NormalMap(size, size, normals))
                .build();
        int side = (int) Math.round(size * scale);
        for (boolean mirror : new boolean[] {false, true}) {
            for (int seed = 0; seed < 4; seed++) {
                Sample sample = new Augmentation(scaled(scale, mirror, ScaledDepth.DIVIDE), new CropSize(side, side))
                        .apply(frame, new SplittableRandom(seed));
                assertNormalsFitDepth(sample, side, f);
            }
        }
    }

    private static void assertNormalsFitDepth(Sample sample, int side, double f) {
        int near = side / 10;
        int far = side - 1 - near;
        double corner = 1.0 / sample.depth()[near * side + near];
        double a = f * (1.0 / sample.depth()[near * side + far] - corner) / (far - near);
        double b = f * (1.0 / sample.depth()[far * side + near] - corner) / (far - near);
        double offset = near - (side - 1) / 2.0;
        double c = corner - (a + b) * offset / f;
        double length = Math.sqrt(a * a + b * b + c * c);
        for (int i = 0; i < side * side; i++) {
            assertEquals(sample.normals()[3 * i], -a / length, 0.02);
            assertEquals(sample.normals()[3 * i + 1], -b / length, 0.02);
            assertEquals(sample.normals()[3 * i + 2], -c / length, 0.02);
        }
    }

    @Test
    public void outsideTheFrameThereIsNothingToLearn() {
        Sample sample = new Augmentation(scaled(0.5, false, ScaledDepth.DIVIDE), new CropSize(WIDTH, HEIGHT))
                .apply(frame(), new SplittableRandom(1));
        int labelled = 0;
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            boolean inside = sample.classes()[i] != (byte) 255;
            labelled += inside ? 1 : 0;
            assertEquals(sample.depth()[i] > 0, inside);
            assertEquals(sample.normals()[3 * i] != 0, inside);
            assertEquals(sample.rgb()[3 * i] != 0, inside);
        }
        assertEquals(labelled, WIDTH * HEIGHT / 4);
    }
}
