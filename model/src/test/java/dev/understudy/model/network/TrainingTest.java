package dev.understudy.model.network;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.GoldenWeights;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.engine.Tensors;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The trainable form: gradients, running statistics, seeds. */
public class TrainingTest {
    private static final Shape INPUT = new Shape(2, 3, 33, 47);

    private Network network;
    private NDManager manager;
    private NDArray images;

    @BeforeClass
    public void build() {
        network = student(1);
        manager = NativeEngine.newManager(NativeEngine.cpu());
        float[] values = GoldenWeights.values("input", (int) INPUT.size(), -2, 2, 1);
        images = Tensors.create(manager, values, INPUT);
    }

    @AfterClass
    public void close() {
        network.close();
        manager.close();
    }

    private static final Heads HEADS = Heads.of(EnumSet.allOf(Task.class), 5);

    private static Network student(long seed) {
        return Architecture.MT_LW_REFINENET.create(HEADS, NativeEngine.cpu(), seed);
    }

    /** Mean square of all outputs. */
    private static double loss(Map<Task, NDArray> outputs) {
        return outputs.values().stream()
                .mapToDouble(output -> output.square().mean().getFloat())
                .sum();
    }

    private void backward() {
        network.zeroGradients();
        Map<Task, NDArray> outputs = network.forward(images, true);
        Map<Task, NDArray> gradients = new EnumMap<>(Task.class);
        outputs.forEach((task, output) -> gradients.put(task, output.mul(2f / output.size())));
        network.backward(gradients);
    }

    @Test
    public void everyTrainableParameterGetsAGradientInItsOwnShape() {
        network.freezeBatchNorm(false);
        backward();
        for (Parameter parameter : network.parameters().values()) {
            if (parameter.requiresGradient()) {
                NDArray gradient = network.gradient(parameter.getName());
                assertEquals(gradient.getShape(), parameter.getArray().getShape(), parameter.getName());
                double norm = gradient.square().sum().getFloat();
                assertTrue(norm > 0 && Double.isFinite(norm), parameter.getName() + ": " + norm);
            }
        }
    }

    @Test
    public void gradientsAgreeWithDifferences() {
        network.freezeBatchNorm(true);
        backward();
        for (String name : new String[] {"segm.bias", "crp1.0.2_outvar_dimred.weight", "conv_adapt2.weight"}) {
            NDArray array = network.parameters().get(name).getArray();
            float[] gradient = network.gradient(name).toFloatArray();
            float[] values = array.toFloatArray();
            int steepest = 0;
            for (int i = 0; i < gradient.length; i++) {
                steepest = Math.abs(gradient[i]) > Math.abs(gradient[steepest]) ? i : steepest;
            }
            float step = 1e-3f;
            double difference = (lossAt(array, values, steepest, step) - lossAt(array, values, steepest, -step)) / step;
            assertEquals(difference / 2, gradient[steepest], Math.abs(gradient[steepest]) * 0.02, name);
        }
    }

    private double lossAt(NDArray array, float[] values, int index, float change) {
        float before = values[index];
        values[index] = before + change;
        assign(array, values);
        double loss = loss(network.forward(images, false));
        values[index] = before;
        assign(array, values);
        return loss;
    }

    private static void assign(NDArray array, float[] values) {
        boolean gradients = Tensors.gradients(false);
        Tensors.assign(array, values);
        Tensors.gradients(gradients);
    }

    @Test
    public void frozenBatchNormKeepsItsStatistics() {
        NDArray mean = network.parameters().get("layer1.1.running_mean").getArray();
        float[] before = mean.toFloatArray();
        network.freezeBatchNorm(true);
        backward();
        assertEquals(mean.toFloatArray(), before);
        network.freezeBatchNorm(false);
        backward();
        assertNotEquals(mean.toFloatArray(), before);
    }

    @Test
    public void theSeedDecidesTheWeights() {
        try (Network same = student(7);
                Network again = student(7);
                Network other = student(8)) {
            float[] weights = weights(same);
            assertEquals(weights(again), weights);
            assertNotEquals(weights(other), weights);
        }
    }

    @Test
    public void aSnapshotRestoresEverything() {
        try (Network a = student(3);
                Network b = student(4)) {
            b.load(a.snapshot());
            assertEquals(weights(b), weights(a));
        }
    }

    private static float[] weights(Network network) {
        return network.parameters().get("conv4.weight").getArray().toFloatArray();
    }

    /**
     * Weights stay exact, and what a step learns points the same way; skipped where the engine has no bfloat16. By
     * fixed statistics: by those of two small pictures of noise, rounding of the weights alone turns a gradient of
     * float32 too.
     */
    @Test
    public void inBfloat16GradientsPointTheSameWay() {
        network.freezeBatchNorm(true);
        backward();
        Map<String, float[]> exact = gradients();
        try {
            network.trainIn(Precision.BFLOAT16);
        } catch (ConfigurationException e) {
            throw new SkipException(e.getMessage());
        }
        try {
            backward();
            assertSameWay(gradients(), exact, 1, 0.98);
        } finally {
            network.trainIn(Precision.FLOAT32);
        }
    }

    /**
     * Networks are trained in float16 on GPUs alone; the same pass, on a processor whose engine happens to have all
     * that it needs.
     */
    @Test
    public void inFloat16GradientsOfAScaledLossPointTheSameWay() {
        network.freezeBatchNorm(true);
        backward();
        Map<String, float[]> exact = gradients();
        int scale = 1 << 7;
        try {
            backwardInFloat16(scale);
        } catch (EngineException e) {
            throw new SkipException(e.getMessage());
        }
        assertSameWay(gradients(), exact, scale, 0.99);
    }

    private void backwardInFloat16(int scale) {
        network.zeroGradients();
        boolean recorded = Tensors.gradients(false);
        try {
            TrainingPass pass = new TrainingPass(
                    Architecture.MT_LW_REFINENET.graph(HEADS), (GraphNetwork) network, Precision.FLOAT16, true, true);
            Map<Task, NDArray> gradients = new EnumMap<>(Task.class);
            pass.forward(images).forEach((task, output) -> gradients.put(task, output.mul(2f * scale / output.size())));
            pass.backward(gradients);
        } finally {
            Tensors.gradients(recorded);
        }
    }

    /** @param scale that {@code rounded} were multiplied by */
    private static void assertSameWay(
            Map<String, float[]> rounded, Map<String, float[]> exact, double scale, double cosine) {
        assertEquals(rounded.keySet(), exact.keySet());
        double product = 0;
        double squares = 0;
        double exactSquares = 0;
        for (String name : exact.keySet()) {
            for (int i = 0; i < exact.get(name).length; i++) {
                double one = exact.get(name)[i];
                double other = rounded.get(name)[i] / scale;
                product += one * other;
                squares += other * other;
                exactSquares += one * one;
            }
        }
        double found = product / Math.sqrt(squares * exactSquares);
        assertTrue(found > cosine, "cosine of both gradients: " + found);
        assertTrue(found < 1 - 1e-9, "not calculated in shorter numbers");
        assertEquals(Math.sqrt(squares / exactSquares), 1, 0.05, "their lengths");
    }

    private Map<String, float[]> gradients() {
        Map<String, float[]> gradients = new TreeMap<>();
        network.parameters().values().stream()
                .filter(Parameter::requiresGradient)
                .forEach(parameter -> {
                    NDArray gradient = network.gradient(parameter.getName());
                    assertEquals(gradient.getDataType(), DataType.FLOAT32);
                    assertEquals(parameter.getArray().getDataType(), DataType.FLOAT32);
                    gradients.put(parameter.getName(), gradient.toFloatArray());
                });
        return gradients;
    }

    @Test
    public void autoIsWhatIsUsedOfItToTheBit() {
        network.freezeBatchNorm(true);
        try {
            network.trainIn(Precision.AUTO.ofBuiltIn());
            backward();
            Map<String, float[]> expected = gradients();
            network.trainIn(Precision.AUTO);
            backward();
            gradients().forEach((name, gradient) -> assertEquals(gradient, expected.get(name), name));
        } finally {
            network.trainIn(Precision.FLOAT32);
        }
    }

    @Test
    public void float16IsRefusedOnAProcessor() {
        ConfigurationException e = expectThrows(ConfigurationException.class, () -> network.trainIn(Precision.FLOAT16));
        assertTrue(e.getMessage().startsWith("precision: float16"), e.getMessage());
    }
}
