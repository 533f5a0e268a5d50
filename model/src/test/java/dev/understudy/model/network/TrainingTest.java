package dev.understudy.model.network;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.GoldenWeights;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Tensors;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
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

    private static Network student(long seed) {
        Heads heads = Heads.of(EnumSet.allOf(Task.class), 5);
        return Architecture.MT_LW_REFINENET.create(heads, NativeEngine.cpu(), seed);
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
}
