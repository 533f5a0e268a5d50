package dev.understudy.model.benchmark;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.model.benchmark.NetworkBenchmark.BenchmarkReport;
import dev.understudy.model.benchmark.NetworkBenchmark.BenchmarkSetup;
import dev.understudy.model.benchmark.NetworkBenchmark.FrameEncoder;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.Test;

public class NetworkBenchmarkTest {
    private static final Architecture STUDENT = Architecture.MT_LW_REFINENET;

    @Test
    public void countsWhatTheReferenceCounts() {
        Heads segmentation = Heads.segmentation(40);
        assertEquals(STUDENT.graph(STUDENT.usualHeads()).multiplications(640, 480) / 1e9, 5.94, 0.06);
        assertEquals(Architecture.LW_REFINENET_152.graph(segmentation).multiplications(640, 480) / 1e9, 83.8, 0.05);
        double wide = Architecture.WIDE_RESNET_38.graph(Heads.segmentation(19)).multiplications(1242, 375) / 1e9;
        // The reference's 932 are the features alone; the head's two convolutions run on 156×47 positions.
        double head = 156 * 47 * 9.0 * (4096 * 512 + 512 * 19) / 1e9;
        assertEquals(wide - head, 932, 1);
    }

    @Test
    public void everyStageIsMeasuredAndPrinted() {
        BenchmarkSetup setup = new BenchmarkSetup(STUDENT, STUDENT.usualHeads(), 64, 48, 1, 2, true, Precision.FLOAT32);
        AtomicInteger encoded = new AtomicInteger();
        BenchmarkReport report = new NetworkBenchmark(
                        setup, null, new FrameEncoder(1, evidence -> encoded.addAndGet(evidence.entropy().length)))
                .run();
        assertEquals(encoded.get(), (3 + NetworkBenchmark.WARM_UP_FRAMES) * 64 * 48);
        assertTrue(report.framesPerSecond() > 0);
        assertTrue(report.plainOverNetwork() > 0);
        assertTrue(Double.isNaN(report.decodeMillis()));
        assertEquals(report.lines().get(0), "mt-lw-refinenet 64×48, 1 threads, float32, median of 2 rounds");
        assertEquals(report.lines().size(), 11);
    }
}
