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

public class NarrowConvolutionTest {
    private static final int IN = 24;

    @DataProvider
    public Object[][] cases() {
        return new Object[][] {
            {new Shape(1, IN, 12, 16), 1, 3, 1},
            {new Shape(2, IN, 7, 9), 3, 3, 1},
            {new Shape(1, IN, 9, 5), 2, 5, 1},
            {new Shape(1, IN, 8, 9), 4, 3, 2},
            {new Shape(1, IN, 1, 1), 1, 3, 1}
        };
    }

    @Test(dataProvider = "cases")
    public void saysWhatTheConvolutionSays(Shape shape, int out, int kernel, int dilation) {
        Geometry geometry = new Geometry(1, dilation * (kernel - 1) / 2, dilation, 1);
        assertTrue(NarrowConvolution.suits(out, kernel, geometry));
        Random random = new Random(5);
        float[] weight = values(random, out * IN * kernel * kernel);
        float[] bias = values(random, out);
        Shape weights = new Shape(out, IN, kernel, kernel);
        try (NDManager manager = NativeEngine.newManager(NativeEngine.cpu())) {
            Tensors.gradients(false);
            NDArray x = Tensors.create(manager, values(random, (int) shape.size()), shape);
            NDArray expected = new FusedConvolution(
                            manager, weight, weights, bias, geometry, Activation.NONE, Precision.FLOAT32)
                    .apply(x);
            NDArray found = new NarrowConvolution(manager, weight, weights, bias, geometry).apply(x);
            assertEquals(found.getShape(), expected.getShape());
            float[] a = expected.toFloatArray();
            float[] b = found.toFloatArray();
            for (int i = 0; i < a.length; i++) {
                assertEquals(b[i], a[i], 1e-4, "seed 5, value " + i);
            }
        }
    }

    @Test
    public void suitsHeadsOfDepthAndNormalsAlone() {
        Geometry centred = new Geometry(1, 1, 1, 1);
        assertTrue(NarrowConvolution.suits(1, 3, centred));
        assertTrue(NarrowConvolution.suits(3, 3, centred));
        assertFalse(NarrowConvolution.suits(40, 3, centred), "many outputs");
        assertFalse(NarrowConvolution.suits(1, 1, new Geometry(1, 0, 1, 1)), "no window");
        assertFalse(NarrowConvolution.suits(1, 3, new Geometry(2, 1, 1, 1)), "every second pixel");
        assertFalse(NarrowConvolution.suits(1, 3, new Geometry(1, 0, 1, 1)), "not centred");
        assertFalse(NarrowConvolution.suits(4, 3, new Geometry(1, 1, 1, 4)), "each output of an input of its own");
    }

    private static float[] values(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
