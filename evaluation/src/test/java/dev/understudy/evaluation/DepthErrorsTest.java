package dev.understudy.evaluation;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import java.util.Arrays;
import java.util.Random;
import org.testng.Reporter;
import org.testng.annotations.Test;

public class DepthErrorsTest {
    private static final double TINY = 1e-6;

    private static DepthMap row(double... metres) {
        float[] values = new float[metres.length];
        for (int i = 0; i < metres.length; i++) {
            values[i] = (float) metres[i];
        }
        return new DepthMap(metres.length, 1, values);
    }

    private static DepthErrors errors(DepthMap truth, DepthMap prediction) {
        DepthErrors errors = new DepthErrors(DepthRange.NYUD);
        errors.add(truth, prediction);
        return errors;
    }

    /** Two pixels count: 2 m taken for 1 m, 4 m for 5 m. The third is not measured, the fourth out of range. */
    @Test
    public void errorsAreThoseWorkedOutByHand() {
        DepthErrors errors = errors(row(2, 4, 0, 12), row(1, 5, 3, 3));
        assertEquals(errors.pixels(), 2);
        assertEquals(errors.rmse(), 1, TINY);
        assertEquals(errors.absoluteRelative(), 0.375, TINY);
        assertEquals(errors.squaredRelative(), 0.375, TINY);
        assertEquals(errors.rmseLog(), 0.514901, TINY);
        assertEquals(errors.log10(), 0.198970, TINY);
        assertEquals(errors.scaleInvariantLog(), 45.8145, 1e-4);
        assertEquals(errors.delta(1), 0, TINY);
        assertEquals(errors.delta(2), 0.5, TINY);
        assertEquals(errors.delta(3), 0.5, TINY);
    }

    @Test
    public void predictionsAreClampedToTheRange() {
        assertEquals(errors(row(10), row(50)).rmse(), 0, TINY);
        assertEquals(errors(row(1), row(-3)).rmse(), 0.999, TINY);
        assertEquals(errors(row(1), row(Double.NaN)).rmse(), 0.999, TINY);
        assertEquals(errors(row(1), row(Double.POSITIVE_INFINITY)).rmse(), 0.999, TINY);
    }

    /** Half of the frame has no answer: all pixels pay for it, and what was answered is told beside them. */
    @Test
    public void pixelsWithoutAnAnswerAreCountedAndToldApart() {
        DepthErrors errors = errors(row(2, 4, 5, 3, 12), row(1, 5, 0, Double.NaN, 0));
        assertEquals(errors.pixels(), 4);
        assertEquals(errors.coverage(), 0.5, TINY);
        assertEquals(errors.rmse(), Math.sqrt((1 + 1 + 4.999 * 4.999 + 2.999 * 2.999) / 4), TINY);
        assertEquals(errors.answered().pixels(), 2);
        assertEquals(errors.answered().rmse(), 1, TINY);
        assertEquals(errors.answered().delta(2), 0.5, TINY);
        // Below 0 is an answer, if a wrong one
        assertEquals(errors(row(1), row(-3)).coverage(), 1, TINY);
    }

    /** As they are kept of every frame: what is over all pixels can be divided, what is not there is not made up. */
    @Test
    public void theFirstTenSumsAreEnoughForAllPixels() {
        DepthErrors whole = errors(row(2, 4, 5), row(1, 5, 0));
        DepthErrors kept = DepthErrors.view(Arrays.copyOf(whole.sums(), DepthErrors.SUMS));
        assertEquals(kept.rmse(), whole.rmse(), 0);
        assertTrue(Double.isNaN(kept.coverage()) && Double.isNaN(kept.rmseByFrame()));
        assertTrue(Double.isNaN(kept.answered().rmse()));
    }

    /** A frame that is 3 m off and one that is 1 m off, of other sizes; one with nothing to score counts as none. */
    @Test
    public void theMeanOfFramesWeighsEachFrameAlike() {
        DepthErrors errors = errors(row(5, 5), row(2, 8));
        errors.add(row(2, 2, 2, 2), row(1, 3, 1, 0));
        errors.add(row(0, 20), row(1, 1));
        assertEquals(errors.rmseByFrame(), 2, TINY);
        DepthErrors merged = errors(row(5, 5), row(2, 8));
        DepthErrors second = errors(row(2, 2, 2, 2), row(1, 3, 1, 0));
        merged.merge(second);
        assertEquals(merged.rmseByFrame(), 2, TINY);
    }

    @Test
    public void aPerfectAnswerHasNoErrors() {
        DepthErrors errors = errors(row(1.1, 2.2, 9.9), row(1.1, 2.2, 9.9));
        assertEquals(errors.rmse(), 0, TINY);
        assertEquals(errors.scaleInvariantLog(), 0, TINY);
        assertEquals(errors.delta(1), 1, TINY);
    }

    @Test
    public void aWrongScaleAloneIsNoScaleInvariantError() {
        assertEquals(errors(row(1, 2, 4), row(2, 4, 8)).scaleInvariantLog(), 0, 1e-5);
    }

    @Test
    public void nothingMeasuredIsNoScore() {
        DepthErrors errors = errors(row(0, 0), row(1, 1));
        assertTrue(Double.isNaN(errors.rmse()));
        assertTrue(Double.isNaN(errors.scaleInvariantLog()));
        assertTrue(Double.isNaN(errors.delta(1)));
    }

    @Test
    public void partsMergeToOnePass() {
        long seed = 5;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        DepthErrors whole = new DepthErrors(DepthRange.KITTI);
        DepthErrors left = new DepthErrors(DepthRange.KITTI);
        DepthErrors right = new DepthErrors(DepthRange.KITTI);
        for (int i = 0; i < 30; i++) {
            DepthMap truth = row(90 * random.nextDouble(), 90 * random.nextDouble());
            DepthMap prediction = row(90 * random.nextDouble(), 90 * random.nextDouble());
            whole.add(truth, prediction);
            (random.nextBoolean() ? left : right).add(truth, prediction);
        }
        right.merge(left);
        assertEquals(right.pixels(), whole.pixels());
        assertEquals(right.rmse(), whole.rmse(), 1e-9);
        assertEquals(right.rmseLog(), whole.rmseLog(), 1e-9);
        assertEquals(right.absoluteRelative(), whole.absoluteRelative(), 1e-9);
        assertEquals(right.squaredRelative(), whole.squaredRelative(), 1e-9);
        assertEquals(right.log10(), whole.log10(), 1e-9);
        assertEquals(right.scaleInvariantLog(), whole.scaleInvariantLog(), 1e-9);
        assertEquals(right.delta(2), whole.delta(2));
        assertThrows(IllegalArgumentException.class, () -> right.merge(new DepthErrors(DepthRange.NYUD)));
    }
}
