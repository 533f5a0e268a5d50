package dev.understudy.model.checkpoint;

import static org.testng.Assert.assertEquals;

import java.util.Arrays;
import org.testng.annotations.Test;

public class GoldenWeightsTest {
    @Test
    public void startsAsThePublishedCheckValues() {
        float[] input = GoldenWeights.values("input", 3 * 64 * 96, -2, 2, 1);
        assertEquals(Arrays.copyOf(input, 4), new float[] {-1.11795402f, 1.6736536f, 0.888106823f, -0.269391775f}, 0f);
    }

    @Test
    public void fillsAWholeArchitecture() {
        Checkpoint student = GoldenWeights.checkpoint("mt-lw-refinenet-nyud", 1);
        Tensor stem = student.tensors().values().iterator().next();
        assertEquals(stem.shape(), new long[] {32, 3, 3, 3});
    }
}
