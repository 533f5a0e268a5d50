package dev.understudy.labeler.surface;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertSame;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import java.util.Objects;
import java.util.Random;
import org.testng.annotations.Test;

/** Five columns and three rows in blocks of 2×2: the last column and the last row are blocks of their own. */
public class CoarseFrameTest {
    private static final long SEED = 4;
    private static final int WIDTH = 5;
    private static final int HEIGHT = 3;

    private static Frame frame() {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
            rgb[3 * pixel] = (byte) (10 * pixel);
            rgb[3 * pixel + 1] = (byte) 200;
        }
        float[] metres = {
            4, 1, 0, 0, 7,
            3, 2, 0, 5, 0,
            6, 0, 0, 0, 0
        };
        FrameRecord record = FrameRecord.of("f", "rgb").build();
        return new Frame(record, new RgbImage(WIDTH, HEIGHT, rgb), new DepthMap(WIDTH, HEIGHT, metres), null, null);
    }

    @Test
    public void picturesAreAveragedAndDepthsAreNot() {
        CoarseFrame coarse = CoarseFrame.of(frame(), 2);
        assertEquals(coarse.grid().factor(), 2);
        byte[] rgb = coarse.rgb().rgb();
        // Pixels 0, 1, 5, 6 make the first block; 4 and 9 the third; 14 the last
        int[] reds = {30, 50, 65, 105, 125, 140};
        for (int block = 0; block < reds.length; block++) {
            assertEquals(rgb[3 * block] & 0xFF, reds[block]);
            assertEquals(rgb[3 * block + 1] & 0xFF, 200);
        }
        assertEquals(Objects.requireNonNull(coarse.depth()).metres(), new float[] {2, 5, 7, 6, 0, 0});
    }

    @Test
    public void meansAreThoseOfEachBlockByItself() {
        Random random = new Random(SEED);
        for (int round = 0; round < 30; round++) {
            // The last rounds have blocks of more rows than bytes can be added to 16 bits
            int factor = round < 25 ? 1 + random.nextInt(9) : 255 + random.nextInt(20);
            int width = (round < 25 ? 2 : factor) + random.nextInt(40);
            int height = (round < 25 ? 2 : factor) + random.nextInt(40);
            byte[] rgb = new byte[3 * width * height];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (round % 3 == 0 ? 255 : random.nextInt(256));
            }
            FrameRecord record = FrameRecord.of("f", "rgb").build();
            Frame frame = new Frame(record, new RgbImage(width, height, rgb), null, null, null);
            CoarseFrame coarse = CoarseFrame.of(frame, Math.max(1, Math.max(width, height) / factor));
            BlockGrid grid = coarse.grid();
            for (int block = 0; block < grid.blocks(); block++) {
                for (int channel = 0; channel < 3; channel++) {
                    assertEquals(coarse.rgb().rgb()[3 * block + channel] & 0xFF, mean(grid, rgb, block, channel));
                }
            }
        }
    }

    private static int mean(BlockGrid grid, byte[] rgb, int block, int channel) {
        int sum = 0;
        int pixels = 0;
        for (int i = 0; i < grid.width() * grid.height(); i++) {
            int x = i % grid.width() / grid.factor();
            int y = i / grid.width() / grid.factor();
            if (y * grid.columns() + x == block) {
                sum += rgb[3 * i + channel] & 0xFF;
                pixels++;
            }
        }
        return (sum + pixels / 2) / pixels;
    }

    @Test
    public void whatIsFoundIsRepeated() {
        CoarseFrame coarse = CoarseFrame.of(frame(), 2);
        assertEquals(coarse.grid().enlarged(new int[] {1, 2, 3, 4, 5, 6}), new int[] {
            1, 1, 2, 2, 3,
            1, 1, 2, 2, 3,
            4, 4, 5, 5, 6
        });
        assertEquals(coarse.grid().enlarged(new boolean[] {false, true, false, false, false, true}), new boolean[] {
            false, false, true, true, false,
            false, false, true, true, false,
            false, false, false, false, true
        });
        Regions regions = new Regions(new int[] {0, 0, 1, 0, 0, 1}, new int[] {4, 2});
        assertEquals(coarse.grid().sizes(regions), new int[] {12, 3});
    }

    @Test
    public void everyBlockHasAMiddle() {
        assertEquals(CoarseFrame.of(frame(), 2).grid().middlePixels(), new int[] {6, 8, 9, 11, 13, 14});
        assertEquals(CoarseFrame.of(frame(), 5).grid().middlePixels().length, WIDTH * HEIGHT);
    }

    @Test
    public void aRayKeepsItsDirection() {
        Intrinsics coarse = CoarseFrame.of(frame(), 2).coarse(new Intrinsics(4, 6, 2.5, 1.5));
        // The middle of the first block lies between pixels 0 and 1
        assertEquals((0 - coarse.cx()) / coarse.fx(), (0.5 - 2.5) / 4, 1e-12);
        assertEquals((1 - coarse.cy()) / coarse.fy(), (2.5 - 1.5) / 6, 1e-12);
    }

    @Test
    public void smallFramesAreLeftAlone() {
        Frame frame = frame();
        CoarseFrame same = CoarseFrame.of(frame, 3);
        assertSame(same.rgb(), frame.rgb());
        assertSame(same.depth(), frame.depth());
        int[] found = new int[WIDTH * HEIGHT];
        assertEquals(same.grid().enlarged(found), found);
    }
}
