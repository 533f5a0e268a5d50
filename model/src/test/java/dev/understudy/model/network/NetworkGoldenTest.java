package dev.understudy.model.network;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Tensors;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

/** The trainable form against the original authors' numbers. */
public class NetworkGoldenTest {
    @Test(dataProvider = "golden", dataProviderClass = GoldenForward.class)
    public void givesTheOriginalsOutputs(GoldenForward golden) {
        Architecture architecture = golden.architecture();
        Checkpoint checkpoint = golden.checkpoint();
        Heads heads = architecture.headsIn(checkpoint).orElseThrow();
        try (Network network = architecture.create(heads, NativeEngine.cpu(), 1);
                NDManager manager = NativeEngine.newManager(NativeEngine.cpu())) {
            network.load(checkpoint);
            assertEquals(
                    List.copyOf(network.parameters().keySet()),
                    List.copyOf(checkpoint.tensors().keySet()));
            NDArray input = Tensors.create(manager, golden.input(), new Shape(golden.inputShape()));
            Map<Task, NDArray> outputs = network.forward(input, false);
            assertEquals(outputs.keySet(), golden.outputFiles().keySet());
            outputs.forEach((task, output) -> {
                double error = GoldenForward.error(output.toFloatArray(), golden.expected(task));
                assertTrue(error < golden.tolerance(), task + " is off by " + error);
            });
        }
    }
}
