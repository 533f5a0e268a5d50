package dev.understudy.model.network;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.GoldenWeights;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Tensors;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Several devices give what one does. The processor stands in for each of them: there is no GPU here. */
public class DataParallelNetworkTest {
    private static final int PICTURES = 3;
    private static final Shape INPUT = new Shape(PICTURES, 3, 33, 47);

    private static Network student(int devices) {
        Heads heads = Heads.of(EnumSet.allOf(Task.class), 5);
        Device cpu = NativeEngine.cpu();
        Network network = DataParallelNetwork.create(
                Architecture.MT_LW_REFINENET.graph(heads), Collections.nCopies(devices, cpu), 1);
        network.freezeBatchNorm(true);
        return network;
    }

    /** A pass for training over the mean square of all outputs. */
    private static Map<Task, float[]> pass(Network network, NDManager manager) {
        float[] values = GoldenWeights.values("input", (int) INPUT.size(), -2, 2, 1);
        Map<Task, float[]> results = new EnumMap<>(Task.class);
        try (NDManager arrays = manager.newSubManager()) {
            Map<Task, NDArray> outputs = network.forward(Tensors.create(arrays, values, INPUT), true);
            Map<Task, NDArray> gradients = new EnumMap<>(Task.class);
            outputs.forEach((task, output) -> {
                results.put(task, output.toFloatArray());
                gradients.put(task, output.mul(2f / output.size()));
            });
            network.backward(gradients);
        }
        return results;
    }

    @DataProvider
    public Object[][] devices() {
        return new Object[][] {{2}, {3}, {4}};
    }

    @Test(dataProvider = "devices")
    public void outputsAndGradientsAreThoseOfOneDevice(int devices) {
        try (NDManager manager = NativeEngine.newManager(NativeEngine.cpu());
                Network one = student(1);
                Network several = student(devices)) {
            assertEquals(several.getClass(), DataParallelNetwork.class);
            // Twice: gradients gather, and the second pass sees weights that have moved.
            for (int round = 0; round < 2; round++) {
                Map<Task, float[]> expected = pass(one, manager);
                Map<Task, float[]> found = pass(several, manager);
                expected.forEach((task, values) -> assertClose(found.get(task), values, task.key()));
                one.parameters().forEach((name, parameter) -> {
                    NDArray gradient = one.gradient(name);
                    if (gradient != null) {
                        assertClose(several.gradient(name).toFloatArray(), gradient.toFloatArray(), name);
                    }
                });
                move(one);
                move(several);
            }
            assertEquals(manager.getManagedArrays().size(), 0);
        }
    }

    private static void move(Network network) {
        NDArray bias = network.parameters().get("segm.bias").getArray();
        float[] values = bias.toFloatArray();
        values[0] += 0.5f;
        boolean before = Tensors.gradients(false);
        Tensors.assign(bias, values);
        Tensors.gradients(before);
    }

    /** In the L2 norm: single elements are sums in another order. */
    private static void assertClose(float[] found, float[] expected, String name) {
        assertEquals(found.length, expected.length, name);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < found.length; i++) {
            difference += Math.pow(found[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        assertTrue(difference <= 1e-8 * norm + 1e-20, name + ": off by " + Math.sqrt(difference / norm));
    }
}
