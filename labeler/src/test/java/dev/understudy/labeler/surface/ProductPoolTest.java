package dev.understudy.labeler.surface;

import static org.testng.Assert.assertEquals;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.Test;

public class ProductPoolTest {
    /** Two pixels on one segment: 0.8 and 0.2 for classes 0 and 1, and 0.4 and 0.6. */
    private static final SegmentationEvidence TWO = new SegmentationEvidence(
            2, new byte[] {0, 1, 1, 0}, new byte[] {(byte) 204, (byte) 153, 51, 102}, new byte[0], new byte[0]);

    private static final SurfaceSegments ONE_SEGMENT =
            new SurfaceSegments(new BlockGrid(1, 2, 1), List.of(new Regions(new int[] {0, 0}, new int[] {2})));

    private static float[] decide(SurfaceVote vote, byte[] answer, float... firstThresholds) {
        float[] thresholds = Arrays.copyOf(firstThresholds, 256);
        Arrays.fill(thresholds, firstThresholds.length, thresholds.length, 1);
        float[] confidence = new float[answer.length];
        vote.decide(answer, confidence, true, thresholds);
        return confidence;
    }

    @Test
    public void theClassFurthestAboveItsBarIsTheAnswer() {
        byte[] answer = {0, 1};
        float[] confidence =
                decide(SurfaceVote.product(TWO, ONE_SEGMENT, new float[] {1, 1}, 0, 2, null), answer, 0.9f, 0.5f);
        // 0.6202 and 0.3798, as below: 0.69 and 0.76 of their thresholds
        assertEquals(answer, new byte[] {1, 1});
        assertEquals(confidence[0], Math.sqrt(0.12) / (Math.sqrt(0.32) + Math.sqrt(0.12)), 1e-5);
    }

    @Test
    public void theMeanOfLogarithmsByHand() {
        byte[] answer = {0, 1};
        float[] confidence = decide(SurfaceVote.product(TWO, ONE_SEGMENT, new float[] {1, 1}, 0, 2, null), answer);
        // √(0.8·0.4) = 0.5657 against √(0.2·0.6) = 0.3464
        double expected = Math.sqrt(0.32) / (Math.sqrt(0.32) + Math.sqrt(0.12));
        assertEquals(answer, new byte[] {0, 0});
        assertEquals(confidence[0], expected, 1e-5);
        assertEquals(confidence[1], expected, 1e-5);
    }

    @Test
    public void aPixelsOwnWordIsMixedInAndItsVoteIsWeighed() {
        byte[] answer = {0, 1};
        float[] confidence = decide(SurfaceVote.product(TWO, ONE_SEGMENT, new float[] {0, 1}, 0.5, 2, null), answer);
        // Only the second votes: 0.4 and 0.6. First: (0.8 + 0.4)/2; second: (0.6 + 0.6)/2
        assertEquals(answer, new byte[] {0, 1});
        assertEquals(confidence[0], 0.6, 1e-5);
        assertEquals(confidence[1], 0.6, 1e-5);
    }

    @Test
    public void whatTheTopKLeaveIsSharedByTheOtherClasses() {
        // Class 0 with 0.6 and class 1 with 0.6 of three classes: each leaves 0.4 to two others, 0.2 each
        SegmentationEvidence one = new SegmentationEvidence(
                1, new byte[] {0, 1}, new byte[] {(byte) 153, (byte) 153}, new byte[0], new byte[0]);
        byte[] answer = {0, 1};
        float[] confidence = decide(SurfaceVote.product(one, ONE_SEGMENT, new float[] {1, 0.5f}, 0, 3, null), answer);
        // 0.6^⅔·0.2^⅓ against 0.2^⅔·0.6^⅓: the ratio is 3^⅓
        double ratio = Math.cbrt(3);
        assertEquals(answer, new byte[] {0, 0});
        assertEquals(confidence[0], ratio / (1 + ratio), 1e-5);
    }

    @Test
    public void thePriorMultiplies() {
        double[] counts = new double[TiltHeight.CELLS * 2];
        counts[2] = 200;
        counts[3] = 200;
        counts[0] = 600;
        TiltHeightPrior prior = TiltHeightPrior.of(counts, 2);
        byte[] answer = {0, 1};
        SurfacePrior known = new SurfacePrior(new int[] {1, -1}, prior, 1);
        float[] confidence = decide(SurfaceVote.product(TWO, ONE_SEGMENT, new float[] {1, 1}, 0, 2, known), answer);
        // The first pixel lies in a cell where class 0 is 0.6/0.8 and class 1 0.4/0.2 times as common; nothing is known
        // of the
        // second: √(0.32·0.75) against √(0.12·2)
        double ratio = Math.sqrt(0.32 * 0.75) / Math.sqrt(0.12 * 2);
        assertEquals(confidence[0], Math.max(ratio, 1) / (1 + ratio), 1e-5);
    }
}
