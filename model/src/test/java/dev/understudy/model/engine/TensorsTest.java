package dev.understudy.model.engine;

import static org.testng.Assert.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Operations that are put together from others, against the one they stand for. */
public class TensorsTest {
    private static final long SEED = 5;

    @DataProvider
    public Object[][] pools() {
        return new Object[][] {
            {new Shape(1, 8, 12, 16), 5, 1, 2},
            {new Shape(2, 3, 5, 5), 5, 1, 2},
            {new Shape(1, 3, 4, 9), 5, 1, 2},
            {new Shape(1, 3, 9, 1), 5, 1, 2},
            {new Shape(2, 5, 11, 14), 3, 2, 1},
            {new Shape(1, 4, 7, 6), 3, 1, 1},
            // Strips of two rows and more, the last of them of one, and windows of seven.
            {new Shape(1, 256, 21, 160), 5, 1, 2},
            {new Shape(1, 64, 23, 128), 5, 1, 2},
            {new Shape(1, 512, 27, 200), 5, 1, 2},
            {new Shape(2, 3, 9, 8), 7, 1, 3},
        };
    }

    @Test(dataProvider = "pools")
    public void maximaAreThoseOfPooling(Shape shape, int kernel, int stride, int padding) {
        int before = NativeEngine.threads();
        for (int threads : new int[] {1, 2}) {
            NativeEngine.useThreads(threads);
            checkMaxima(Precision.FLOAT32, shape, kernel, stride, padding);
            checkMaxima(Precision.BFLOAT16, shape, kernel, stride, padding);
        }
        NativeEngine.useThreads(before);
    }

    private static void checkMaxima(Precision precision, Shape shape, int kernel, int stride, int padding) {
        Random random = new Random(SEED);
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(50) == 0 ? Float.NEGATIVE_INFINITY : (float) random.nextGaussian();
        }
        try (NDManager manager = NativeEngine.newManager(NativeEngine.cpu())) {
            boolean gradients = Tensors.gradients(false);
            NDArray rowMajor = Tensors.in(precision, manager.create(values, shape));
            for (NDArray x : new NDArray[] {rowMajor, Tensors.channelsLast(rowMajor)}) {
                float[] held = floats(x);
                NDArray expected = Tensors.maxPool(x, kernel, stride, padding);
                NDArray found = Tensors.maxima(x, kernel, stride, padding);
                assertEquals(found.getShape(), expected.getShape());
                assertEquals(Arrays.mismatch(floats(found), floats(expected)), -1, precision + ", seed " + SEED);
                assertEquals(Arrays.mismatch(floats(x), held), -1, "the argument is left alone");
            }
            Tensors.gradients(gradients);
        }
    }

    private static float[] floats(NDArray x) {
        return Tensors.in(Precision.FLOAT32, x).toFloatArray();
    }
}
