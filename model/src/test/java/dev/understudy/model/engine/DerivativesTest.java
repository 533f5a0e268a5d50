package dev.understudy.model.engine;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.understudy.model.engine.FusedConvolution.Geometry;
import java.util.Random;
import org.testng.SkipException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Both forms of batch-norm in training, which differ by how they sum; convolutions in bfloat16 beside float32. */
public class DerivativesTest {
    private static final double EPSILON = 1e-5;
    private static final Shape SHAPE = new Shape(3, 8, 37, 41);

    private static NDArray pixels(NDManager manager, long seed, double mean) {
        Random random = new Random(seed);
        float[] values = new float[(int) SHAPE.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (mean + random.nextGaussian());
        }
        return Tensors.create(manager, values, SHAPE);
    }

    private static NDArray channels(NDManager manager, float first, float step) {
        float[] values = new float[(int) SHAPE.get(1)];
        for (int c = 0; c < values.length; c++) {
            values[c] = first + step * c;
        }
        return Tensors.create(manager, values, new Shape(values.length));
    }

    /** y, mean, 1/deviation, then the running statistics, then the derivatives by x, weight and bias. */
    private static NDList thereAndBack(NDManager manager, boolean atOnce, Precision precision) {
        NDArray x = Derivatives.in(precision, pixels(manager, 1, 0.5));
        NDArray dy = Derivatives.in(precision, pixels(manager, 2, 0.1));
        NDArray weight = channels(manager, 0.5f, 0.25f);
        NDArray bias = channels(manager, -1, 0.3f);
        NDArray mean = channels(manager, 0, 1);
        NDArray variance = channels(manager, 1, 1);
        NDList there = atOnce
                ? Derivatives.batchNormAtOnce(x, weight, bias, mean, variance, EPSILON)
                : Derivatives.batchNorm(x, weight, bias, mean, variance, EPSILON);
        NDList back = atOnce
                ? Derivatives.batchNormAtOnce(dy, x, weight, there.get(1), there.get(2))
                : Derivatives.batchNorm(dy, x, weight, there.get(1), there.get(2), true);
        NDList all = new NDList(there);
        all.add(mean);
        all.add(variance);
        all.addAll(back);
        return all;
    }

    @DataProvider
    public Object[][] pictures() {
        return new Object[][] {{Precision.FLOAT32, 2e-5}, {Precision.BFLOAT16, 2e-2}};
    }

    /** Statistics and what the parameters learn come out in float32, whatever goes in. */
    @Test(dataProvider = "pictures")
    public void batchNormAtOnceIsBatchNorm(Precision precision, double tolerance) {
        NativeEngine.cpu();
        boolean before = Tensors.gradients(false);
        try (NDManager manager = NativeEngine.newManager(NativeEngine.cpu())) {
            NDList one = thereAndBack(manager, false, Precision.FLOAT32);
            NDList other = thereAndBack(manager, true, precision);
            for (int i = 0; i < one.size(); i++) {
                boolean ofPixels = one.get(i).getShape().dimension() == 4;
                NDArray result = ofPixels ? Derivatives.in(Precision.FLOAT32, other.get(i)) : other.get(i);
                assertEquals(result.getDataType(), DataType.FLOAT32);
                float[] expected = one.get(i).toFloatArray();
                float[] found = result.toFloatArray();
                double largest = one.get(i).abs().max().getFloat();
                assertEquals(found.length, expected.length);
                for (int j = 0; j < expected.length; j++) {
                    assertEquals(found[j], expected[j], tolerance * largest, "array " + i + ", number " + j);
                }
            }
        } finally {
            Tensors.gradients(before);
        }
    }

    @DataProvider
    public Object[][] depthwise() {
        return new Object[][] {{1, true}, {2, true}, {2, false}};
    }

    /** Of the same rounded numbers, so that only what is rounded on the way differs. */
    @Test(dataProvider = "depthwise")
    public void depthwiseConvolutionInBfloat16IsThatInFloat32(int stride, boolean byInput) {
        NativeEngine.cpu();
        if (!FusedConvolution.takesBfloat16()) {
            throw new SkipException("no bfloat16 here");
        }
        boolean before = Tensors.gradients(false);
        try (NDManager manager = NativeEngine.newManager(NativeEngine.cpu())) {
            Geometry geometry = new Geometry(stride, 1, 1, (int) SHAPE.get(1));
            NDArray x = Tensors.inChannelsLast(Derivatives.in(Precision.BFLOAT16, pixels(manager, 3, 0.5)));
            NDArray weight = Derivatives.in(
                    Precision.BFLOAT16,
                    pixels(manager, 4, 0).get("0, :, :3, :3").expandDims(1));
            NDArray dy = Tensors.inChannelsLast(Derivatives.in(
                    Precision.BFLOAT16, pixels(manager, 5, 0.1).get(":, :, ::" + stride + ", ::" + stride)));
            NDList expected = Derivatives.convolution(exact(dy), exact(x), exact(weight), geometry, byInput);
            NDList found = Derivatives.convolution(dy, x, weight, geometry, byInput);
            assertEquals(found.size(), byInput ? 2 : 1);
            for (int i = 0; i < found.size(); i++) {
                assertEquals(found.get(i).getShape(), expected.get(i).getShape());
                assertNotEquals(found.get(i).getDataType(), DataType.FLOAT32, "array " + i);
                NDArray difference =
                        exact(found.get(i)).sub(expected.get(i)).abs().max();
                double largest = expected.get(i).abs().max().getFloat();
                assertEquals(difference.getFloat(), 0, 0.01 * largest, "array " + i);
            }
        } finally {
            Tensors.gradients(before);
        }
    }

    private static NDArray exact(NDArray x) {
        return Derivatives.in(Precision.FLOAT32, x);
    }
}
