package dev.understudy.evaluation;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.image.NormalMap;
import dev.understudy.evaluation.NormalMetrics.NormalErrors;
import java.util.Random;
import org.testng.Reporter;
import org.testng.annotations.Test;

public class NormalErrorsTest {
    private static NormalMap row(double... xyz) {
        float[] values = new float[xyz.length];
        for (int i = 0; i < xyz.length; i++) {
            values[i] = (float) xyz[i];
        }
        return new NormalMap(xyz.length / 3, 1, values);
    }

    private static final double SLANT = Math.tan(Math.toRadians(20));

    /** Angles 0, 20, 45, 90 and 90 degrees; the last pixel has no truth. */
    @Test
    public void errorsAreThoseWorkedOutByHand() {
        NormalErrors errors = new NormalErrors();
        errors.add(
                row(0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, 0),
                row(0, 0, -3, SLANT, 0, -1, 1, 0, -1, 1, 0, 0, 0, 0, 0, 0, 1, 0));
        assertEquals(errors.pixels(), 5);
        assertEquals(errors.mean(), 49, 1e-5);
        assertEquals(errors.rmse(), Math.sqrt((400 + 2025 + 8100 + 8100) / 5.0), 1e-5);
        assertEquals(errors.median(), 45, NormalErrors.BIN);
        assertEquals(errors.within11(), 0.2, 1e-12);
        assertEquals(errors.within22(), 0.4, 1e-12);
        assertEquals(errors.within30(), 0.4, 1e-12);
    }

    @Test
    public void oppositeNormalsAreAsWrongAsCanBe() {
        NormalErrors errors = new NormalErrors();
        errors.add(row(0, 1, 0), row(0, -1, 0));
        assertEquals(errors.mean(), 180, 1e-9);
        assertEquals(errors.median(), 180, NormalErrors.BIN);
    }

    @Test
    public void whatIsNotFiniteCountsAsARightAngle() {
        NormalErrors errors = new NormalErrors();
        errors.add(row(0, 1, 0), row(Double.NaN, 1, 0));
        assertEquals(errors.mean(), 90, 1e-9);
    }

    @Test
    public void nothingAnnotatedIsNoScore() {
        NormalErrors errors = new NormalErrors();
        errors.add(row(0, 0, 0), row(0, 0, 1));
        assertTrue(Double.isNaN(errors.mean()));
        assertTrue(Double.isNaN(errors.median()));
        assertTrue(Double.isNaN(errors.within11()));
    }

    @Test
    public void partsMergeToOnePass() {
        long seed = 6;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        NormalErrors whole = new NormalErrors();
        NormalErrors left = new NormalErrors();
        NormalErrors right = new NormalErrors();
        for (int i = 0; i < 50; i++) {
            NormalMap truth = row(random.nextGaussian(), random.nextGaussian(), random.nextGaussian());
            NormalMap prediction = row(random.nextGaussian(), random.nextGaussian(), random.nextGaussian());
            whole.add(truth, prediction);
            (random.nextBoolean() ? left : right).add(truth, prediction);
        }
        right.merge(left);
        assertEquals(right.mean(), whole.mean(), 1e-9);
        assertEquals(right.rmse(), whole.rmse(), 1e-9);
        assertEquals(right.median(), whole.median());
        assertEquals(right.within30(), whole.within30());
    }
}
