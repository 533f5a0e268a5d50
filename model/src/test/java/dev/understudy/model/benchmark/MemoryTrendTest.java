package dev.understudy.model.benchmark;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import java.util.Random;
import org.testng.annotations.Test;

public class MemoryTrendTest {
    private static long[] resident(int frames, double growth, double noise) {
        Random random = new Random(1);
        long[] resident = new long[frames];
        for (int i = 0; i < frames; i++) {
            resident[i] = (long) (1e9 + growth * i + noise * random.nextGaussian());
        }
        return resident;
    }

    @Test
    public void aLeakShowsAsASlope() {
        MemoryTrend trend = MemoryTrend.of(resident(1000, 5e3, 1e5));
        assertEquals(trend.bytesPerFrame(), 5e3, 100);
        assertEquals(trend.noiseBytes(), 1e5, 5e3);
        assertTrue(trend.drift() > 10 * trend.noiseBytes());
    }

    @Test
    public void noiseAloneAddsUpToLess() {
        MemoryTrend trend = MemoryTrend.of(resident(1000, 0, 1e6));
        assertTrue(Math.abs(trend.drift()) < trend.noiseBytes(), trend.toString());
    }

    @Test
    public void growthInTheFirstFifthIsNotJudged() {
        long[] resident = resident(100, 0, 0);
        for (int i = 0; i < 20; i++) {
            resident[i] = (long) 1e6 * i;
        }
        assertEquals(MemoryTrend.of(resident).bytesPerFrame(), 0, 1e-6);
    }

    @Test
    public void fewFramesShowNoTrend() {
        assertThrows(IllegalArgumentException.class, () -> MemoryTrend.of(new long[9]));
    }
}
