package dev.understudy.dataset.evidence;

import static org.testng.Assert.assertEquals;

import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class LevelHistogramTest {
    private static final long SEED = 7;

    @DataProvider
    public static Object[][] lengths() {
        return new Object[][] {{0}, {1}, {2}, {3}, {640}, {641}};
    }

    @Test(dataProvider = "lengths")
    public void aPlaneCountsAsItsPixelsDo(int length) {
        byte[] levels = new byte[length];
        new Random(SEED).nextBytes(levels);
        // What most planes are like: the same level over and over
        for (int pixel = 0; pixel < length / 2; pixel++) {
            levels[pixel] = (byte) 255;
        }
        LevelHistogram plane = new LevelHistogram();
        plane.add(levels);
        plane.add(levels);
        LevelHistogram pixels = new LevelHistogram();
        for (byte level : levels) {
            pixels.add(level & 0xFF, 2);
        }
        assertEquals(plane, pixels);
        assertEquals(plane.total(), 2L * length);
    }
}
