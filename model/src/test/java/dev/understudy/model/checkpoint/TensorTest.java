package dev.understudy.model.checkpoint;

import static org.testng.Assert.assertEquals;

import java.util.OptionalInt;
import org.testng.annotations.Test;

public class TensorTest {
    @Test
    public void theFirstOfSeveralNumbersThatAreNotFiniteIsFoundWhereverItIs() {
        for (TensorType type : new TensorType[] {TensorType.FLOAT32, TensorType.FLOAT64}) {
            float[] values = new float[10_000];
            assertEquals(tensor(values, type).firstNotFinite(), OptionalInt.empty());
            values[9_999] = Float.NaN;
            for (int at : new int[] {9_999, 8_192, 4_096, 4_095, 0}) {
                values[at] = at % 2 == 0 ? Float.NEGATIVE_INFINITY : Float.NaN;
                assertEquals(tensor(values, type).firstNotFinite(), OptionalInt.of(at), type.title());
            }
        }
        assertEquals(Tensor.of(new long[] {0}, new float[0]).firstNotFinite(), OptionalInt.empty());
    }

    private static Tensor tensor(float[] values, TensorType type) {
        return Tensor.of(new long[] {values.length}, values).as(type);
    }
}
