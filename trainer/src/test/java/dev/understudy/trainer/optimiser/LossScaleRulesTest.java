package dev.understudy.trainer.optimiser;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.model.engine.Precision;
import java.util.Map;
import org.testng.annotations.Test;

public class LossScaleRulesTest {
    private static void manyInRange(LossScale scale, int steps) {
        for (int i = 0; i < steps; i++) {
            scale.inRange();
        }
    }

    @Test
    public void itIsDoubledByManyStepsInARowAndHalvedByOne() {
        LossScale scale = LossScale.of(Precision.FLOAT16);
        assertEquals(scale.value(), LossScale.FIRST);
        manyInRange(scale, LossScale.STEPS_TO_DOUBLE - 1);
        assertEquals(scale.value(), LossScale.FIRST);
        scale.inRange();
        assertEquals(scale.value(), 2 * LossScale.FIRST);
        manyInRange(scale, LossScale.STEPS_TO_DOUBLE - 1);
        assertTrue(scale.outOfRange());
        assertEquals(scale.value(), LossScale.FIRST);
        manyInRange(scale, LossScale.STEPS_TO_DOUBLE - 1);
        assertEquals(scale.value(), LossScale.FIRST, "counted anew");
    }

    @Test
    public void itHasAnEndBothWays() {
        LossScale scale = LossScale.of(Precision.FLOAT16);
        manyInRange(scale, 20 * LossScale.STEPS_TO_DOUBLE);
        assertEquals(scale.value(), LossScale.HIGHEST);
        for (double left = LossScale.HIGHEST; left > 1; left /= 2) {
            assertTrue(scale.outOfRange());
        }
        assertEquals(scale.value(), 1.0);
        assertFalse(scale.outOfRange());
        assertEquals(scale.value(), 1.0);
    }

    @Test
    public void itGoesOnAsItWas() {
        LossScale scale = LossScale.of(Precision.FLOAT16);
        scale.outOfRange();
        manyInRange(scale, LossScale.STEPS_TO_DOUBLE - 3);
        LossScale other = LossScale.of(Precision.FLOAT16);
        assertEquals(other.restore(scale.state(5)), 5);
        assertEquals(other.value(), LossScale.FIRST / 2);
        manyInRange(other, 3);
        assertEquals(other.value(), LossScale.FIRST);
    }

    @Test
    public void inOtherNumbersThereIsNone() {
        for (Precision precision : new Precision[] {Precision.FLOAT32, Precision.BFLOAT16}) {
            LossScale scale = LossScale.of(precision);
            manyInRange(scale, 2 * LossScale.STEPS_TO_DOUBLE);
            assertEquals(scale.value(), 1.0);
            assertEquals(scale.state(0), Map.of());
            assertEquals(scale.restore(LossScale.of(Precision.FLOAT16).state(3)), 0);
            assertEquals(scale.value(), 1.0);
        }
    }
}
