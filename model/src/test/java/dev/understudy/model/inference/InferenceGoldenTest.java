package dev.understudy.model.inference;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.GoldenForward;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.NetworkWeights;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.Test;

/** The folded and the plain form against the original authors' numbers, with one and two threads. */
public class InferenceGoldenTest {
    @Test(dataProvider = "golden", dataProviderClass = GoldenForward.class)
    public void givesTheOriginalsOutputs(GoldenForward golden) {
        Architecture architecture = golden.architecture();
        Checkpoint checkpoint = golden.checkpoint();
        Heads heads = architecture.headsIn(checkpoint).orElseThrow();
        for (int threads = 1; threads <= 2; threads++) {
            try (InferenceNetwork network =
                    InferenceNetwork.of(architecture, heads, checkpoint, NativeEngine.cpu(), threads)) {
                check(golden, network);
            }
        }
        try (InferenceNetwork plain = InferenceNetwork.plain(architecture, heads, checkpoint, NativeEngine.cpu(), 2)) {
            check(golden, plain);
        }
    }

    @Test
    public void thePlainFormKeepsRowMajorOrderWhateverItsInputHas() {
        GoldenForward golden = GoldenForward.all().get(0);
        Checkpoint checkpoint = golden.checkpoint();
        Heads heads = golden.architecture().headsIn(checkpoint).orElseThrow();
        try (InferenceNetwork plain =
                        InferenceNetwork.plain(golden.architecture(), heads, checkpoint, NativeEngine.cpu(), 1);
                NDManager manager = plain.newManager()) {
            NDArray input = Tensors.create(manager, golden.input(), new Shape(golden.inputShape()));
            assertFalse(Tensors.isRowMajor(input));
            plain.forward(input).values().forEach(output -> assertTrue(Tensors.isRowMajor(output)));
        }
    }

    /** What the others need is not calculated, and what is says the same to the bit. */
    @Test
    public void someHeadsSayWhatTheySayAmongAll() {
        GoldenForward golden = GoldenForward.all().stream()
                .filter(each -> each.outputFiles().size() > 1)
                .findFirst()
                .orElseThrow();
        NetworkWeights all = NetworkWeights.of(golden.architecture(), golden.checkpoint());
        try (InferenceNetwork whole = InferenceNetwork.of(all, NativeEngine.cpu(), 1);
                NDManager manager = whole.newManager()) {
            NDArray input = Tensors.create(manager, golden.input(), new Shape(golden.inputShape()));
            Map<Task, NDArray> expected = whole.forward(input);
            for (Task task : all.heads().tasks()) {
                NetworkWeights one = all.only(List.of(task));
                assertEquals(one.heads().tasks(), List.of(task));
                assertTrue(one.graph().nodes().size() < all.graph().nodes().size());
                try (InferenceNetwork network = InferenceNetwork.of(one, NativeEngine.cpu(), 1)) {
                    Map<Task, NDArray> found = network.forward(input);
                    assertEquals(found.keySet(), Set.of(task));
                    assertEquals(
                            found.get(task).toFloatArray(), expected.get(task).toFloatArray(), task.key());
                }
            }
        }
    }

    private static void check(GoldenForward golden, InferenceNetwork network) {
        try (NDManager manager = network.newManager()) {
            NDArray input = Tensors.create(manager, golden.input(), new Shape(golden.inputShape()));
            Map<Task, NDArray> outputs = network.forward(input);
            assertEquals(outputs.keySet(), golden.outputFiles().keySet());
            outputs.forEach((task, output) -> {
                double error = GoldenForward.error(output.toFloatArray(), golden.expected(task));
                assertTrue(error < golden.tolerance(), task + " is off by " + error);
            });
        }
    }
}
