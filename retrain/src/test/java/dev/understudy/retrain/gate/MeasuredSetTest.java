package dev.understudy.retrain.gate;

import static dev.understudy.retrain.gate.Measurements.depth;
import static dev.understudy.retrain.gate.Measurements.frame;
import static dev.understudy.retrain.gate.Measurements.set;
import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;

import dev.understudy.evaluation.DepthMetrics;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.NormalMetrics;
import dev.understudy.evaluation.SegmentationMetrics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.testng.Assert;
import org.testng.annotations.Test;

/** What was measured on a set, summed over its frames. */
public class MeasuredSetTest {
    static final MeasuredSet BEFORE =
            set(frame("a", new long[][] {{6, 2}, {1, 1}}), frame("b", new long[][] {{4, 0}, {2, 4}}));

    @Test
    public void meanIouIsThatOfTheSummedConfusion() {
        // Summed: [[10, 2], [3, 5]]; wall 10/15, door 5/10.
        assertEquals(BEFORE.value(SegmentationMetrics.MIOU), (10.0 / 15 + 0.5) / 2, 1e-12);
        assertEquals(BEFORE.value(SegmentationMetrics.PIXEL_ACCURACY), 15.0 / 20, 1e-12);
        assertEquals(BEFORE.scores().classIou().get("door"), 0.5, 1e-12);
        assertEquals(BEFORE.scores().metrics().get("segmentation").get("pixel-accuracy"), 0.75, 1e-12);
    }

    @Test
    public void classesThatAreNowhereAreLeftOut() {
        MeasuredSet walls = set(frame("a", new long[][] {{6, 0}, {0, 0}}));
        assertEquals(walls.value(SegmentationMetrics.MIOU), 1.0);
        assertFalse(walls.scores().classIou().containsKey("door"));
    }

    @Test
    public void depthAndNormalsAreDividedOnce() {
        FrameSums one = geometry("a", depth(4, 1, 0.2, 0.4, 3), new double[] {2, 30, 500, 1, 1, 1});
        FrameSums two = geometry("b", depth(12, 3, 0.2, 1.2, 9), new double[] {6, 90, 1500, 3, 3, 3});
        MeasuredSet both = new MeasuredSet("rooms", "d", List.of(), List.of(two, one));
        assertEquals(both.value(DepthMetrics.RMSE), 0.5, 1e-12);
        assertEquals(both.value(DepthMetrics.RMSE_LOG), Math.sqrt(0.4 / 16), 1e-12);
        assertEquals(both.value(DepthMetrics.ABS_REL), 0.1, 1e-12);
        assertEquals(both.value(DepthMetrics.DELTA1), 0.75, 1e-12);
        assertEquals(both.value(NormalMetrics.MEAN_ANGLE), 15, 1e-12);
        assertEquals(both.value(NormalMetrics.WITHIN_11), 0.5, 1e-12);
        Assert.assertNull(both.value(SegmentationMetrics.MIOU));
    }

    static FrameSums geometry(String frame, double[] depth, double[] normals) {
        return new FrameSums(frame, null, new TreeMap<>(Map.of("depth", depth, "normals", normals)));
    }
}
