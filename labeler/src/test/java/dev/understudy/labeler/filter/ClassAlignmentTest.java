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

    private static double share(float[] bars, int label) {
        int count = 0;
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            float rare = 0.45f * random.nextFloat();
            int answer = rare * bars[0] > (1 - rare) * bars[1] ? 1 : 0;
            count += answer == label ? 1 : 0;
        }
        return count / 1000.0;
    }

    @Test
    public void aClassIsAnsweredAsOftenAsAsked() {
        for (double wanted : new double[] {0.05, 0.2, 0.5}) {
            float[] bars = torn(1000).bars(EQUAL, new double[] {1 - wanted, wanted, 0});
            assertEquals(share(bars, 1), wanted, 0.02, Arrays.toString(bars));
            assertTrue(bars[1] < bars[0]);
        }
    }

    @Test
    public void aClassThatNobodyAsksForKeepsItsBar() {
        float[] bars = torn(100).bars(new float[] {1, 1, 0.25f}, new double[] {0.9, 0.1, 0});
        assertEquals(bars[2], 0.25f);
    }

    @Test
    public void barsDoNotRunAway() {
        float[] bars = torn(100).bars(EQUAL, new double[] {0, 0, 1});
        assertTrue(bars[2] >= 1f / 8, "no pixel names the class: " + bars[2]);
        assertEquals(bars[0], 1f);
    }

    @Test
    public void sharesThatFitChangeLittle() {
        float[] bars = torn(1000).bars(EQUAL, new double[] {1, 0, 0});
        assertEquals(bars, EQUAL);
    }

    @Test
    public void withoutPixelsBarsAreThoseOfTheStart() {
        assertEquals(new ClassAlignment().bars(EQUAL, new double[] {0.5, 0.5, 0}), EQUAL);
    }
}
