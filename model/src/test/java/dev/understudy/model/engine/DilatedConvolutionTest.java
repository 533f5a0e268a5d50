package dev.understudy.model.engine;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.model.engine.FusedConvolution.Geometry;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DilatedConvolutionTest {
    private static final long SEED = 9;
    private static final int OUT = 6;

    @DataProvider
    public Object[][] cases() {
        return new Object[][] {
            {new Shape(1, 16, 24, 36), 3, 12},
            {new Shape(2, 16, 13, 17), 3, 4},
            {new Shape(1, 16, 11, 7), 3, 5},
            {new Shape(1, 16, 9, 14), 5, 3},
            {new Shape(1, 16, 5, 4), 3, 12},
        };
    }

    @Test(dataProvider = "cases")
    public void saysWhatTheConvolutionSays(Shape shape, int kernel, int dilation) {
        Geometry geometry = new Geometry(1, dilation * (kernel - 1) / 2, dilation, 1);
        int in = (int) shape.get(1);
        Random random = new Random(SEED);
        float[] weight = values(random, OUT * in * kernel * kernel);
        float[] bias = values(random, OUT);
        Shape weights = new Shape(OUT, in, kernel, kernel);
        try (NDManager manager = NativeEngine.newManager(NativeEngine.cpu())) {
            boolean gradients = Tensors.gradients(false);
            NDArray rowMajor = Tensors.create(manager, values(random, (int) shape.size()), shape);
            NDArray x = Tensors.channelsLast(rowMajor);
            float[] expected = new FusedConvolution(
                            manager, weight, weights, bias, geometry, Activation.RELU, Precision.FLOAT32)
                    .apply(x)
                    .toFloatArray();
            NDArray found = new DilatedConvolution(
                            manager, weight, weights, bias, geometry, Activation.RELU, Precision.FLOAT32)
                    .apply(x);
            assertEquals(found.getShape(), new Shape(shape.get(0), OUT, shape.get(2), shape.get(3)));
            float[] values = found.toFloatArray();
            for (int i = 0; i < expected.length; i++) {
                assertEquals(values[i], expected[i], 1e-4, "seed " + SEED + ", value " + i);
            }
            Tensors.gradients(gradients);
        }
    }

    @Test
    public void suitsWideWindowsOverManyInputsAlone() {
        Geometry wide = new Geometry(1, 12, 12, 1);
        assertTrue(DilatedConvolution.suits(4096, 3, wide));
        assertFalse(DilatedConvolution.suits(1024, 3, wide), "few inputs");
        assertFalse(DilatedConvolution.suits(4096, 1, new Geometry(1, 0, 12, 1)), "no window");
        assertFalse(DilatedConvolution.suits(4096, 3, new Geometry(1, 2, 2, 1)), "a narrow window");
        assertFalse(DilatedConvolution.suits(4096, 3, new Geometry(2, 12, 12, 1)), "every second pixel");
        assertFalse(DilatedConvolution.suits(4096, 3, new Geometry(1, 0, 12, 1)), "not centred");
        assertFalse(
                DilatedConvolution.suits(4096, 3, new Geometry(1, 12, 12, 4096)), "each output of an input of its own");
    }

    private static float[] values(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
