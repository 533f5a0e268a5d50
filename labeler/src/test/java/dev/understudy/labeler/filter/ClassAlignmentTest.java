package dev.understudy.labeler.filter;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.labeler.filter.SurfaceVoting.ClassAlignment;
import java.util.Arrays;
import java.util.Random;
import org.testng.annotations.Test;

public class ClassAlignmentTest {
    private static final float[] EQUAL = {1, 1, 1};

    /** Class 1 is never the most probable, but is nearly so for some pixels. */
    private static ClassAlignment torn(int pixels) {
        ClassAlignment alignment = new ClassAlignment();
        Random random = new Random(3);
        for (int i = 0; i < pixels; i++) {
            float rare = 0.45f * random.nextFloat();
            alignment.add(new float[] {1 - rare, rare, 0});
        }
        return alignment;
    }

    private static double share(float[] thresholds, int label) {
        int count = 0;
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            float rare = 0.45f * random.nextFloat();
            int answer = rare * thresholds[0] > (1 - rare) * thresholds[1] ? 1 : 0;
            count += answer == label ? 1 : 0;
        }
        return count / 1000.0;
    }

    @Test
    public void aClassIsAnsweredAsOftenAsAsked() {
        for (double wanted : new double[] {0.05, 0.2, 0.5}) {
            float[] thresholds = torn(1000).thresholds(EQUAL, new double[] {1 - wanted, wanted, 0});
            assertEquals(share(thresholds, 1), wanted, 0.02, Arrays.toString(thresholds));
            assertTrue(thresholds[1] < thresholds[0]);
        }
    }

    @Test
    public void aClassThatNobodyAsksForKeepsItsBar() {
        float[] thresholds = torn(100).thresholds(new float[] {1, 1, 0.25f}, new double[] {0.9, 0.1, 0});
        assertEquals(thresholds[2], 0.25f);
    }

    @Test
    public void barsDoNotRunAway() {
        float[] thresholds = torn(100).thresholds(EQUAL, new double[] {0, 0, 1});
        assertTrue(thresholds[2] >= 1f / 8, "no pixel names the class: " + thresholds[2]);
        assertEquals(thresholds[0], 1f);
    }

    @Test
    public void sharesThatFitChangeLittle() {
        float[] thresholds = torn(1000).thresholds(EQUAL, new double[] {1, 0, 0});
        assertEquals(thresholds, EQUAL);
    }

    @Test
    public void withoutPixelsThresholdsAreThoseOfTheStart() {
        assertEquals(new ClassAlignment().thresholds(EQUAL, new double[] {0.5, 0.5, 0}), EQUAL);
    }
}
