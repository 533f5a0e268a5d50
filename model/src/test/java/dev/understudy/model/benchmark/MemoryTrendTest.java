package dev.understudy.model.benchmark;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.model.benchmark.NetworkBenchmark.MemoryWatch;
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

    private static MemoryTrend of(long[] resident) {
        return MemoryTrend.of(resident, new long[resident.length]);
    }

    @Test
    public void aLeakShowsAsASlope() {
        MemoryTrend trend = of(resident(1000, 5e3, 1e5));
        assertEquals(trend.bytesPerFrame(), 5e3, 100);
        assertEquals(trend.noiseBytes(), 1e5, 5e3);
        assertTrue(trend.drift() > 10 * trend.noiseBytes());
    }

    @Test
    public void noiseAloneAddsUpToLess() {
        MemoryTrend trend = of(resident(1000, 0, 1e6));
        assertTrue(Math.abs(trend.drift()) < trend.noiseBytes(), trend.toString());
    }

    @Test
    public void growthInTheFirstFifthIsNotJudged() {
        long[] resident = resident(100, 0, 0);
        for (int i = 0; i < 20; i++) {
            resident[i] = (long) 1e6 * i;
        }
        assertEquals(of(resident).bytesPerFrame(), 0, 1e-6);
    }

    @Test
    public void fewFramesShowNoTrend() {
        assertThrows(IllegalArgumentException.class, () -> of(new long[9]));
    }

    @Test
    public void theHeapIsToldApart() {
        MemoryTrend trend =
                MemoryTrend.of(resident(10, 0, 0), new long[] {1, 2, 30_000_000, 4, 5, 6, 7, 8, 9, 45_000_000});
        assertEquals(trend.lines().get(2), "Java heap              30 MB after a fifth, 45 MB at the end");
    }

    @Test
    public void aWatchLooksAtThisProcess() {
        MemoryWatch watch = new MemoryWatch(20);
        for (int i = 0; i < 12; i++) {
            watch.look();
        }
        MemoryTrend trend = watch.trend();
        assertEquals(trend.frames(), 12);
        assertTrue(trend.lastHeapBytes() > 0);
    }
}
