package dev.understudy.model.network;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.GoldenWeights;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.inference.InferenceNetwork;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Checkpoints as people have them. */
public class NetworkWeightsTest {
    private static final String STUDENT = "mt-lw-refinenet-nyud-three";

    private static Checkpoint renamed(Checkpoint checkpoint, UnaryOperator<String> rename) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        checkpoint.tensors().forEach((name, tensor) -> tensors.put(rename.apply(name), tensor));
        return new Checkpoint(tensors);
    }

    @DataProvider
    public Object[][] wrappings() {
        List<String> prefixes = List.of(
                "module.",
                "_orig_mod.",
                "model.",
                "net.",
                "backbone.",
                "module._orig_mod.",
                "model.net.module.",
                "a_b.c.");
        List<String> networks = List.of(STUDENT, "lw-refinenet50", "wide-resnet38");
        return networks.stream()
                .flatMap(network -> prefixes.stream().map(prefix -> new Object[] {network, prefix}))
                .toArray(Object[][]::new);
    }

    @Test(dataProvider = "wrappings")
    public void aPrefixThatAllNamesShareIsTakenOff(String network, String prefix) {
        Checkpoint plain = GoldenWeights.checkpoint(network, 1);
        NetworkWeights expected = NetworkWeights.of(plain).orElseThrow();
        NetworkWeights found =
                NetworkWeights.of(renamed(plain, name -> prefix + name)).orElseThrow();
        assertEquals(found.architecture(), expected.architecture());
        assertEquals(found.heads(), expected.heads());
        assertEquals(found.weights(), plain);
        assertEquals(found.notes(), List.of());
    }

    /** {@code torch.optim.swa_utils.AveragedModel}, and counters of batch-norm. */
    @Test
    public void countersAreNoWeights() {
        Checkpoint plain = GoldenWeights.checkpoint(STUDENT, 1);
        Map<String, Tensor> tensors =
                new LinkedHashMap<>(renamed(plain, name -> "module." + name).tensors());
        tensors.put("n_averaged", Tensor.of(new long[0], new float[] {7}));
        tensors.put("module.layer1.1.num_batches_tracked", Tensor.of(new long[0], new float[] {7}));
        NetworkWeights found = NetworkWeights.of(new Checkpoint(tensors)).orElseThrow();
        assertEquals(found.weights(), plain);
        assertEquals(found.notes(), List.of());
    }

    /** As Lightning saves a loss with weights beside the network. */
    @Test
    public void whatLiesBesideTheNetworkIsLeftAloneAndTold() {
        Checkpoint plain = GoldenWeights.checkpoint(STUDENT, 1);
        Map<String, Tensor> tensors =
                new LinkedHashMap<>(renamed(plain, name -> "model." + name).tensors());
        tensors.put("criterion.weight", Tensor.of(new long[] {40}, new float[40]));
        NetworkWeights found = NetworkWeights.of(new Checkpoint(tensors)).orElseThrow();
        assertEquals(found.weights(), plain);
        assertEquals(
                found.notes(),
                List.of("took the " + plain.tensors().size()
                        + " tensors under 'model.' and left 1 others alone (criterion.weight)"));
    }

    @Test
    public void ofANetworkAndItsAverageTheNetworkIsTakenAndTold() {
        Checkpoint plain = GoldenWeights.checkpoint(STUDENT, 1);
        Map<String, Tensor> tensors =
                new LinkedHashMap<>(renamed(GoldenWeights.checkpoint(STUDENT, 2), name -> "ema." + name)
                        .tensors());
        tensors.putAll(renamed(plain, name -> "student." + name).tensors());
        NetworkWeights found = NetworkWeights.of(new Checkpoint(tensors)).orElseThrow();
        assertEquals(found.weights(), plain);
        assertEquals(found.notes().get(0), "holds 2 networks, under 'student.', 'ema.'; took 'student.'");
    }

    /** Written down from {@code nn.Sequential(mobilenetv2(return_idx=[1..6]), MTLWRefineNet(…, (40, 1, 3)))}. */
    private static final Map<String, String> DENSE_TORCH = new TreeMap<>(Map.ofEntries(
            Map.entry("conv8", "1.stem_convs.0"),
            Map.entry("conv7", "1.stem_convs.1"),
            Map.entry("conv6", "1.stem_convs.2"),
            Map.entry("conv5", "1.stem_convs.3"),
            Map.entry("conv4", "1.stem_convs.4"),
            Map.entry("conv3", "1.stem_convs.5"),
            Map.entry("conv_adapt4", "1.adapt_convs.0"),
            Map.entry("conv_adapt3", "1.adapt_convs.1"),
            Map.entry("conv_adapt2", "1.adapt_convs.2"),
            Map.entry("pre_segm", "1.heads.0.0"),
            Map.entry("segm", "1.heads.0.2"),
            Map.entry("pre_depth", "1.heads.1.0"),
            Map.entry("depth", "1.heads.1.2"),
            Map.entry("pre_normal", "1.heads.2.0"),
            Map.entry("normal", "1.heads.2.2")));

    private static String inDenseTorch(String name) {
        String layer = name.substring(0, name.lastIndexOf('.'));
        String what = name.substring(name.lastIndexOf('.'));
        if (layer.startsWith("layer")) {
            return "0." + name;
        }
        if (layer.startsWith("crp")) {
            return "1.crp_blocks." + (4 - (layer.charAt(3) - '0')) + layer.substring(4) + what;
        }
        return DENSE_TORCH.get(layer) + what;
    }

    @DataProvider
    public Object[][] denseTorchWrappings() {
        return new Object[][] {{""}, {"module."}, {"model.module."}};
    }

    @Test(dataProvider = "denseTorchWrappings")
    public void denseTorchsOwnNamesAreRead(String prefix) {
        Checkpoint plain = GoldenWeights.checkpoint(STUDENT, 1);
        Checkpoint theirs = renamed(plain, name -> prefix + inDenseTorch(name));
        NetworkWeights found = NetworkWeights.of(theirs).orElseThrow();
        assertEquals(found.architecture(), Architecture.MT_LW_REFINENET);
        assertEquals(found.heads(), Heads.of(EnumSet.allOf(Task.class), 40));
        assertEquals(found.weights(), plain);
        // Their decoder resizes with aligned corners, the released networks' does not.
        assertEquals(alignsCorners(found.graph()), List.of(true, true, true));
        assertEquals(alignsCorners(NetworkWeights.of(plain).orElseThrow().graph()), List.of(false, false, false));
        // What is trained from them is saved under our names, which say nothing of that.
        StartingWeights start = new StartingWeights(Architecture.MT_LW_REFINENET, found.heads(), theirs);
        assertEquals(alignsCorners(start.graph()), List.of(false, false, false));
        assertTrue(start.notes().get(0).contains("DenseTorch"), start.notes().toString());
        try (Network network = DataParallelNetwork.create(start.graph(), List.of(NativeEngine.cpu()), 1)) {
            start.loadWhole(network);
            assertEquals(network.snapshot(), plain);
        }
    }

    private static List<Boolean> alignsCorners(Graph graph) {
        return graph.nodes().stream()
                .filter(node -> node.operation() instanceof Operation.UpsampleLike)
                .map(node -> ((Operation.UpsampleLike) node.operation()).alignCorners())
                .toList();
    }

    @DataProvider
    public Object[][] foldings() {
        return new Object[][] {{STUDENT, false}, {STUDENT, true}, {"lw-refinenet50", false}, {"lw-refinenet50", true}};
    }

    @Test(dataProvider = "foldings")
    public void foldedWeightsAreTheSameNetwork(String name, boolean identity) {
        Checkpoint plain = GoldenWeights.checkpoint(name, 1);
        NetworkWeights whole = NetworkWeights.of(plain).orElseThrow();
        NetworkWeights found = NetworkWeights.of(FoldedCheckpoints.of(whole.graph(), plain, identity))
                .orElseThrow();
        assertEquals(found.heads(), whole.heads());
        try (InferenceNetwork a = InferenceNetwork.of(whole, NativeEngine.cpu(), 1);
                InferenceNetwork b = InferenceNetwork.of(found, NativeEngine.cpu(), 1);
                NDManager manager = a.newManager()) {
            NDArray images = Tensors.create(
                    manager, GoldenWeights.values("input", 3 * 40 * 56, -2, 2, 1), new Shape(1, 3, 40, 56));
            Map<Task, NDArray> expected = a.forward(images);
            b.forward(images)
                    .forEach((task, output) -> assertTrue(GoldenForward.error(
                                    output.toFloatArray(), expected.get(task).toFloatArray())
                            < 1e-3));
        }
    }

    @Test
    public void whatIsNoNetworkOfOursIsNone() {
        Checkpoint other = new Checkpoint(Map.of("model.layers.0.weight", Tensor.of(new long[] {1}, new float[1])));
        assertTrue(NetworkWeights.of(other).isEmpty());
        String told = expectThrows(
                        CheckpointException.class, () -> NetworkWeights.of(Architecture.MT_LW_REFINENET, other))
                .getMessage();
        assertTrue(told.startsWith("has no head of mt-lw-refinenet"), told);
    }
}
