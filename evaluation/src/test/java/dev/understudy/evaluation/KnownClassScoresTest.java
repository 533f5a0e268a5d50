package dev.understudy.evaluation;

import static org.testng.Assert.assertEquals;

import dev.understudy.dataset.image.LabelMap;
import org.testng.annotations.Test;

public class KnownClassScoresTest {
    /**
     * Of six pixels: 0 is right twice and taken for 1 once, 1 right once, 2 never answered, 3 is unknown and taken for
     * 0.
     */
    @Test
    public void scoresOfKnownClassesCountNoPixelOfTheOthers() {
        ClassCounts counts = new ClassCounts(4);
        counts.add(new LabelMap(6, 1, new byte[] {0, 0, 0, 1, 2, 3}), new LabelMap(6, 1, new byte[] {
            0, 0, 1, 1, (byte) LabelMap.IGNORE, 0
        }));
        int[] known = {0, 1, 2};
        assertEquals(counts.pixelAccuracyOf(known), 3.0 / 4, 1e-12);
        // 0: two of three and one of another; 1: one of two; 2: dropped whole.
        assertEquals(counts.meanIouOf(known), (2.0 / 4 + 1.0 / 2 + 0) / 3, 1e-12);
        assertEquals(counts.pixelAccuracy(), 3.0 / 5, 1e-12);
    }
}
