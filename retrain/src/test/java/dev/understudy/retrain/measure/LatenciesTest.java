package dev.understudy.retrain.measure;

import static org.testng.Assert.assertEquals;

import dev.understudy.retrain.measure.StudentMeasurement.Latencies;
import java.util.List;
import org.testng.annotations.Test;

public class LatenciesTest {
    /** The machine gets slower and slower while it measures, and once one of the two is held up. */
    @Test
    public void theRatioIsThatOfTheSameMoment() {
        Latencies latencies =
                Latencies.of(List.of(100.0, 200.0, 300.0, 400.0, 500.0), List.of(110.0, 220.0, 330.0, 4000.0, 550.0));
        assertEquals(latencies.champion(), 300.0);
        assertEquals(latencies.challenger(), 330.0, 1e-9);
    }
}
