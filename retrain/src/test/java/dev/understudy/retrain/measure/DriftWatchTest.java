package dev.understudy.retrain.measure;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.retrain.measure.DriftWatch.Divergence;
import dev.understudy.retrain.measure.DriftWatch.DriftConfiguration;
import dev.understudy.retrain.measure.DriftWatch.DriftReport;
import dev.understudy.retrain.measure.DriftWatch.FrameHistograms;
import java.util.List;
import java.util.Random;
import org.testng.annotations.Test;

public class DriftWatchTest {
    @Test
    public void distancesByHand() {
        long[] half = {50, 50};
        long[] quarter = {25, 75};
        // (0.25 − 0.5)·ln 0.5 + (0.75 − 0.5)·ln 1.5
        assertEquals(Divergence.PSI.between(half, quarter), 0.25 * Math.log(2) + 0.25 * Math.log(1.5), 1e-12);
        // Middle (0.375, 0.625): ½·(0.0465547 + 0.0510348)
        assertEquals(Divergence.JENSEN_SHANNON.between(half, quarter), 0.0487949, 1e-6);
        assertEquals(Divergence.JENSEN_SHANNON.between(new long[] {7, 0}, new long[] {0, 1}), 1, 1e-12);
        // 2·(1 − 1e-4)·ln 1e4
        assertEquals(Divergence.PSI.between(new long[] {7, 0}, new long[] {0, 1}), 2 * 0.9999 * Math.log(1e4), 1e-9);
    }

    @Test
    public void distancesAreSymmetricAndVanishForEqualShares() {
        long seed = 4;
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            long[] p = random.longs(8, 0, 100).toArray();
            long[] q = random.longs(8, 0, 100).toArray();
            p[0]++;
            q[1]++;
            long[] threeTimes = java.util.Arrays.stream(p).map(c -> 3 * c).toArray();
            for (Divergence measure : Divergence.values()) {
                assertEquals(measure.between(p, q), measure.between(q, p), 1e-12, "seed " + seed);
                assertTrue(measure.between(p, q) >= 0, "seed " + seed);
                assertEquals(measure.between(p, threeTimes), 0, 1e-12, "seed " + seed);
            }
        }
    }

    @Test
    public void histogramsOfOtherBinsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Divergence.PSI.between(new long[2], new long[3]));
        assertThrows(IllegalArgumentException.class, () -> Divergence.PSI.between(new long[2], new long[] {1, 1}));
    }

    @Test
    public void depthBinsGrowByTheRootOfTwo() {
        assertEquals(FrameHistograms.depthBin(0), 0);
        assertEquals(FrameHistograms.depthBin(Double.NaN), 0);
        assertEquals(FrameHistograms.depthBin(0.01), 1);
        assertEquals(FrameHistograms.depthBin(0.13), 1);
        assertEquals(FrameHistograms.depthBin(0.15), 2);
        assertEquals(FrameHistograms.depthBin(0.21), 3);
        assertEquals(FrameHistograms.depthBin(1e9), FrameHistograms.DEPTH_BINS - 1);
    }

    @Test
    public void theSameFramesPass() {
        DriftReport report = compare(frames(0.9, 3, 2f), frames(0.9, 3, 2f));
        assertEquals(report.level(), DriftReport.Level.SAME);
        assertEquals(report.distances().get("classes"), 0.0);
    }

    @Test
    public void aCameraWithoutDepthStopsTheCycle() {
        DriftReport report = compare(frames(0.9, 3, 2f), frames(0.9, 3, 0f));
        assertEquals(report.level(), DriftReport.Level.STOP);
        assertTrue(
                report.reason(DriftReport.Level.STOP).startsWith("depth: PSI "), report.reason(DriftReport.Level.STOP));
    }

    @Test
    public void anExpertThatIsLessSureWarns() {
        FrameHistograms reference = frames(0.9, 3, 2f);
        FrameHistograms current = frames(0.9, 3, 2f);
        current.addLabel(3, 0.3, 30);
        DriftReport report = compare(reference, current);
        assertEquals(report.level(), DriftReport.Level.WARN, report.reason(DriftReport.Level.SAME));
        assertTrue(report.reason(DriftReport.Level.WARN).startsWith("confidence: "));
    }

    @Test
    public void noLabelsAtAllStop() {
        FrameHistograms nothing = new FrameHistograms(4);
        assertEquals(compare(frames(0.9, 3, 2f), nothing).level(), DriftReport.Level.STOP);
        assertEquals(compare(nothing, frames(0.9, 3, 2f)).level(), DriftReport.Level.SAME);
    }

    private static FrameHistograms frames(double confidence, int classIndex, float metres) {
        FrameHistograms histograms = new FrameHistograms(4);
        histograms.addLabel(classIndex, confidence, 900);
        histograms.addLabel(0, 1.0, 100);
        float[] depth = new float[100];
        java.util.Arrays.fill(depth, metres);
        histograms.addDepth(new DepthMap(10, 10, depth));
        FrameHistograms sum = new FrameHistograms(4);
        sum.add(histograms);
        return sum;
    }

    private static DriftReport compare(FrameHistograms reference, FrameHistograms current) {
        DriftConfiguration configuration = ConfigurationLoader.parse(
                "drift.yaml", "confidence: {warn: 0.05}\n", DriftConfiguration.class, List.of());
        return new DriftWatch(configuration).compare(reference, current);
    }
}
