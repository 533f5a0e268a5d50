package dev.understudy.scenes;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.scenes.RenderOptions.SceneKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** What a data set of rooms must be like to be worth learning from. */
public class RoomStatisticsTest {
    private static final int CLASSES = 40;
    private static final int FRAMES = 160;

    private final List<Frame> frames = new ArrayList<>();

    @BeforeClass
    public void render() {
        FrameRenderer renderer = new FrameRenderer(RenderOptions.of(SceneKind.ROOMS, 64, 48, 77));
        for (int i = 0; i < FRAMES; i++) {
            frames.add(renderer.render(i));
        }
    }

    @Test
    public void manyClassesAreCommon() {
        int[] framesWith = new int[CLASSES];
        for (Frame frame : frames) {
            int[] pixels = histogram(frame);
            for (int c = 0; c < CLASSES; c++) {
                framesWith[c] += pixels[c] > 0.005 * 64 * 48 ? 1 : 0;
            }
        }
        long present = Arrays.stream(framesWith).filter(n -> n > 0).count();
        long common = Arrays.stream(framesWith).filter(n -> n >= 0.05 * FRAMES).count();
        assertTrue(present >= 18, present + " classes: " + Arrays.toString(framesWith));
        assertTrue(common >= 14, common + " common classes: " + Arrays.toString(framesWith));
    }

    private static int[] histogram(Frame frame) {
        int[] pixels = new int[256];
        for (int i = 0; i < 64 * 48; i++) {
            pixels[frame.segmentation().classAt(i)]++;
        }
        assertEquals(Arrays.stream(pixels).limit(CLASSES).sum(), 64 * 48, "pixels with a valid class");
        return pixels;
    }

    @Test
    public void depthIsThatOfRooms() {
        int count = 0;
        int usual = 0;
        for (Frame frame : frames) {
            for (float z : frame.depth().metres()) {
                assertTrue(z > 0 && z < 12, frame.id() + ": " + z + " m");
                count++;
                usual += z >= 0.5 && z <= 8 ? 1 : 0;
            }
        }
        assertTrue(usual > 0.97 * count, usual + " of " + count + " depths are in 0.5–8 m");
    }

    @Test
    public void picturesAreWellExposed() {
        for (Frame frame : frames) {
            int dark = 0;
            int bright = 0;
            double sum = 0;
            for (byte b : frame.rgb().rgb()) {
                int v = b & 255;
                sum += v;
                dark += v < 12 ? 1 : 0;
                bright += v > 250 ? 1 : 0;
            }
            int n = frame.rgb().rgb().length;
            assertTrue(sum / n > 60 && sum / n < 215, frame.id() + " has mean " + sum / n);
            assertTrue(
                    dark < 0.5 * n && bright < 0.55 * n,
                    frame.id() + ": " + dark + " dark, " + bright + " bright of " + n);
        }
    }

    /**
     * No class can be told by its colour: the classes' own colours vary, and the nearest mean colour is a poor guess.
     */
    @Test
    public void colourDoesNotTellTheClass() {
        double[][] mean = new double[CLASSES][3];
        double[] square = new double[CLASSES];
        int[] count = new int[CLASSES];
        for (Frame frame : frames.subList(0, FRAMES / 2)) {
            gather(frame, mean, square, count);
        }
        int common = 0;
        for (int c = 0; c < CLASSES; c++) {
            if (count[c] < 2000) {
                continue;
            }
            common++;
            double spread = square[c] / count[c];
            for (int k = 0; k < 3; k++) {
                mean[c][k] /= count[c];
                spread -= mean[c][k] * mean[c][k];
            }
            assertTrue(spread > 3 * 25 * 25, "class " + c + " has a colour variance of only " + spread);
        }
        int right = 0;
        int all = 0;
        for (Frame frame : frames.subList(FRAMES / 2, FRAMES)) {
            for (int i = 0; i < 64 * 48; i++) {
                all++;
                right += nearest(frame.rgb().rgb(), i, mean, count)
                                == frame.segmentation().classAt(i)
                        ? 1
                        : 0;
            }
        }
        assertTrue(right < 0.25 * all, right + " of " + all + " pixels told by colour, among " + common + " classes");
    }

    private static void gather(Frame frame, double[][] sum, double[] square, int[] count) {
        for (int i = 0; i < 64 * 48; i++) {
            int c = frame.segmentation().classAt(i);
            count[c]++;
            for (int k = 0; k < 3; k++) {
                int v = frame.rgb().rgb()[3 * i + k] & 255;
                sum[c][k] += v;
                square[c] += v * v;
            }
        }
    }

    private static int nearest(byte[] rgb, int i, double[][] mean, int[] count) {
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < CLASSES; c++) {
            double d = 0;
            for (int k = 0; k < 3; k++) {
                double e = (rgb[3 * i + k] & 255) - mean[c][k];
                d += e * e;
            }
            if (count[c] >= 2000 && d < least) {
                least = d;
                best = c;
            }
        }
        return best;
    }
}
