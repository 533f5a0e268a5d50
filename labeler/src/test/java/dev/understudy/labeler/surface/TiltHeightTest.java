package dev.understudy.labeler.surface;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.ListedFrames;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.labeler.surface.TiltHeight.Gravity;
import dev.understudy.scenes.FrameRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

public class TiltHeightTest {
    private static final int FLOOR = 1;
    private static final int CEILING = 21;

    private static float[] normals(double tilt, int floor, int wall) {
        float[] normals = new float[3 * (floor + 2 * wall)];
        double cos = Math.cos(tilt);
        double sin = Math.sin(tilt);
        for (int i = 0; i < floor + 2 * wall; i++) {
            double[] normal = i < floor
                    ? new double[] {0, -cos, -sin}
                    : i < floor + wall ? new double[] {0, sin, -cos} : new double[] {1, 0, 0};
            for (int axis = 0; axis < 3; axis++) {
                normals[3 * i + axis] = (float) normal[axis];
            }
        }
        return normals;
    }

    @Test
    public void upIsWhatSurfacesAreSquareOrParallelTo() {
        for (double degrees : new double[] {-30, -10, 0, 25}) {
            double tilt = Math.toRadians(degrees);
            double[] up = Gravity.up(normals(tilt, 40, 30));
            assertEquals(up[0], 0, 1e-5);
            assertEquals(up[1], -Math.cos(tilt), 1e-5);
            assertEquals(up[2], -Math.sin(tilt), 1e-5);
        }
        assertEquals(Gravity.up(new float[0]), new double[] {0, -1, 0});
    }

    @Test
    public void cellsByHand() {
        // Facing up is the last of six tilts; 60 cm is in the third step of 25 cm
        assertEquals(TiltHeight.cell(1, 0.6), 5 * 12 + 2);
        assertEquals(TiltHeight.cell(-1, 0), 0);
        assertEquals(TiltHeight.cell(0.1, 99), 3 * 12 + 11);
        assertEquals(TiltHeight.cell(0.1, -1), 3 * 12);
    }

    @Test
    public void noDepthNoCells() {
        Frame frame = new Frame(rendered(0).record(), new RgbImage(2, 2, new byte[12]), null, null, null);
        assertEquals(TiltHeight.cells(frame), new int[] {-1, -1, -1, -1});
    }

    private static Frame rendered(int index) {
        return new FrameRenderer(new RenderOptions(SceneKind.ROOMS, 160, 120, 11, 2, false, 1, 1, 0.3, 0))
                .render(index);
    }

    /** With a noisy sensor, and without a look at the pose. */
    @Test
    public void floorsLieLowAndCeilingsFaceDown() {
        int[] floor = new int[2];
        int[] ceiling = new int[2];
        for (int index = 0; index < 12; index++) {
            Frame frame = rendered(index);
            int[] cells = TiltHeight.cells(frame);
            for (int pixel = 0; pixel < cells.length; pixel++) {
                int label = frame.segmentation().classAt(pixel);
                int tilt = cells[pixel] / TiltHeight.HEIGHTS;
                if (label == FLOOR) {
                    count(floor, tilt == TiltHeight.TILTS - 1 && cells[pixel] % TiltHeight.HEIGHTS <= 1);
                } else if (label == CEILING) {
                    count(ceiling, tilt == 0 && cells[pixel] % TiltHeight.HEIGHTS >= 6);
                }
            }
        }
        assertTrue(floor[0] > 5000 && floor[1] > 0.75 * floor[0], Arrays.toString(floor));
        assertTrue(ceiling[0] > 1000 && ceiling[1] > 0.75 * ceiling[0], Arrays.toString(ceiling));
    }

    private static void count(int[] sums, boolean right) {
        sums[0]++;
        sums[1] += right ? 1 : 0;
    }

    @Test
    public void thePriorIsACountByHand() {
        // Two classes: cell 0 saw 600 pixels of class 0, cell 1 200 of class 0 and 200 of class 1; overall 0.8 and 0.2
        double[] counts = new double[TiltHeight.CELLS * 2];
        counts[0] = 600;
        counts[2] = 200;
        counts[3] = 200;
        TiltHeightPrior prior = TiltHeightPrior.of(counts, 2);
        // (600 + 200·0.8)/(600 + 200) = 0.95; (200 + 160)/(400 + 200) = 0.6, (200 + 40)/600 = 0.4
        assertEquals(prior.logRatio(0, 0), Math.log(0.95 / 0.8), 1e-6);
        assertEquals(prior.logRatio(0, 1), Math.log(0.05 / 0.2), 1e-6);
        assertEquals(prior.logRatio(1, 0), Math.log(0.6 / 0.8), 1e-6);
        assertEquals(prior.logRatio(1, 1), Math.log(0.4 / 0.2), 1e-6);
        assertEquals(prior.logRatio(7, 1), 0.0, 1e-6);
        assertEquals(prior.logRatio(-1, 1), 0.0);
        assertEquals(prior.logRatio(0, 9), 0.0);
    }

    @Test
    public void countingReadsFramesWithDepthAndTruth() {
        List<Frame> frames =
                IntStream.range(0, 6).mapToObj(TiltHeightTest::rendered).toList();
        TiltHeightPrior prior = TiltHeightPrior.count(new ListedFrames(frames), 40);
        int upright = TiltHeight.cell(0.1, 1.3);
        float[] low = new float[2];
        for (int step = 0; step < 2; step++) {
            low[step] = prior.logRatio(TiltHeight.cell(1, 0.1 + 0.25 * step), FLOOR);
        }
        assertTrue(Math.max(low[0], low[1]) > 0.1, Arrays.toString(low));
        assertTrue(prior.logRatio(upright, FLOOR) < -0.1);
        // With neither depth nor truth nothing is known
        Frame bare = new Frame(FrameRecord.of("b", "rgb").build(), new RgbImage(2, 2, new byte[12]), null, null, null);
        assertEquals(TiltHeightPrior.count(new ListedFrames(List.of(bare)), 40).logRatio(upright, FLOOR), 0f);
    }

    @Test
    public void aFrameOfOneFlatWallHasCells() {
        LabelMap none = new LabelMap(8, 6, new byte[48]);
        float[] metres = new float[48];
        Arrays.fill(metres, 2);
        Frame flat = new Frame(
                rendered(0).record(), new RgbImage(8, 6, new byte[144]), new DepthMap(8, 6, metres), none, null);
        assertTrue(Arrays.stream(TiltHeight.cells(flat)).allMatch(cell -> cell >= 0 && cell < TiltHeight.CELLS));
    }
}
