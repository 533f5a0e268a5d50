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
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.GoldenWeights;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.network.FileNames.TorchvisionMobileNet;
import dev.understudy.model.network.Graph.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What others trained, in their names, whole and in part. */
public class StartingWeightsTest {
    /**
     * torchvision.models.mobilenet_v2().state_dict(), layers of some blocks written down by hand, with their shapes.
     */
    private static final Map<String, long[]> TORCHVISION = Map.of(
            "features.0.0.weight", new long[] {32, 3, 3, 3},
            "features.1.conv.0.0.weight", new long[] {32, 1, 3, 3},
            "features.1.conv.1.weight", new long[] {16, 32, 1, 1},
            "features.1.conv.2.running_var", new long[] {16},
            "features.2.conv.0.0.weight", new long[] {96, 16, 1, 1},
            "features.2.conv.1.1.bias", new long[] {96},
            "features.4.conv.2.weight", new long[] {32, 144, 1, 1},
            "features.14.conv.1.0.weight", new long[] {576, 1, 3, 3},
            "features.17.conv.2.weight", new long[] {320, 960, 1, 1},
            "features.17.conv.3.running_mean", new long[] {320});

    private static final Heads DEPTH = Heads.of(Set.of(Task.DEPTH), 0);

    private static Network student(long seed) {
        return Architecture.MT_LW_REFINENET.create(DEPTH, NativeEngine.cpu(), seed);
    }

    private static StartingWeights of(Checkpoint file) {
        return new StartingWeights(Architecture.MT_LW_REFINENET, DEPTH, file);
    }

    private static Network like(StartingWeights weights, long seed) {
        return DataParallelNetwork.create(weights.graph(), List.of(NativeEngine.cpu()), seed);
    }

    private static final List<String> PARTS = List.of(".weight", ".bias", ".running_mean", ".running_var");

    /** An encoder's tensors under torchvision's names, with a classifier on top. */
    private static Checkpoint inTorchvisionsNames(Network network) {
        Map<String, Tensor> ours = network.snapshot().tensors();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        TorchvisionMobileNet.OURS.forEach((theirs, layer) -> PARTS.stream()
                .filter(part -> ours.containsKey(layer + part))
                .forEach(part -> tensors.put(theirs + part, ours.get(layer + part))));
        tensors.put("features.18.0.weight", Tensor.of(new long[] {1280, 320, 1, 1}, new float[1280 * 320]));
        tensors.put("classifier.1.bias", Tensor.of(new long[] {1000}, new float[1000]));
        return new Checkpoint(tensors);
    }

    @Test
    public void theTableGivesTorchvisionsNamesAndShapes() {
        try (Network network = student(1)) {
            Map<String, Tensor> tensors = inTorchvisionsNames(network).tensors();
            TORCHVISION.forEach((name, shape) -> assertEquals(tensors.get(name).shape(), shape, name));
            // 52 convolutions less the classifier's own and the expansion that torchvision lacks, each with its norm.
            assertEquals(TorchvisionMobileNet.OURS.size(), 2 * 51);
        }
    }

    @Test
    public void theEncoderAloneIsTaken() {
        try (Network from = student(1)) {
            StartingWeights weights = of(inTorchvisionsNames(from));
            try (Network to = like(weights, 2)) {
                Checkpoint before = to.snapshot();
                weights.loadEncoder(to);
                Checkpoint after = to.snapshot();
                assertEquals(
                        floats(after, "layer7.2.output.2.0.weight"),
                        floats(from.snapshot(), "layer7.2.output.2.0.weight"));
                assertEquals(floats(after, "conv4.weight"), floats(before, "conv4.weight"));
            }
        }
    }

    @DataProvider
    public Object[][] modes() {
        return new Object[][] {{false}, {true}};
    }

    /** By running statistics and by those of the batch: the first layers are those that torchvision computes. */
    @Test(dataProvider = "modes")
    public void theFirstBlockIsTorchvisionsInBothModes(boolean training) {
        try (Network network = student(3)) {
            assertFirstLayers(inTorchvisionsNames(withStatistics(network)), training);
        }
    }

    /** The same of the published weights. */
    @Test(dataProvider = "modes")
    public void theFirstBlockOfRealWeightsIsTorchvisionsInBothModes(boolean training) {
        assertFirstLayers(CheckpointReader.read(RealWeights.path("mobilenet_v2-imagenet.pth")), training);
    }

    /** Of anybody's: the network that the golden rule fills. */
    private static Network withStatistics(Network network) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(network.snapshot().tensors());
        Map<String, Tensor> golden =
                GoldenWeights.checkpoint("mt-lw-refinenet-nyud", 1).tensors();
        tensors.replaceAll((name, tensor) -> golden.getOrDefault(name, tensor));
        network.load(new Checkpoint(tensors));
        return network;
    }

    private static void assertFirstLayers(Checkpoint file, boolean training) {
        StartingWeights weights = of(file);
        assertTrue(
                weights.graph().parameters().stream().noneMatch(p -> p.name().startsWith("layer2.0.output.0.")),
                "torchvision has no expansion in the first block");
        Graph first = upTo("layer2.0.output.2.1", weights.graph());
        Map<String, Tensor> tensors = FileNames.of(file).checkpoint().tensors();
        try (GraphNetwork network = new GraphNetwork(first, NativeEngine.cpu(), 1);
                NDManager manager = NativeEngine.newManager(NativeEngine.cpu())) {
            Map<String, Tensor> part = new LinkedHashMap<>();
            first.parameters().forEach(p -> part.put(p.name(), tensors.get(p.name())));
            network.load(new Checkpoint(part));
            NDArray images = Tensors.create(
                    manager, GoldenWeights.values("input", 2 * 3 * 32 * 48, -2, 2, 1), new Shape(2, 3, 32, 48));
            float[] found = network.forward(images, training).get(Task.DEPTH).toFloatArray();
            NDArray x = Tensors.relu6(layer(images, file, "features.0.0", "features.0.1", 2, 1, 1, training));
            x = Tensors.relu6(layer(x, file, "features.1.conv.0.0", "features.1.conv.0.1", 1, 1, 32, training));
            x = layer(x, file, "features.1.conv.1", "features.1.conv.2", 1, 0, 1, training);
            assertTrue(GoldenForward.error(found, x.toFloatArray()) < 1e-5);
        }
    }

    /** In torchvision's names or our own, the cut encoder computes what the whole student does on its way. */
    @Test
    public void featuresAreWhatTheStudentHasAtStride16() {
        Checkpoint whole = GoldenWeights.checkpoint("mt-lw-refinenet-nyud", 1);
        NetworkWeights student = NetworkWeights.of(whole).orElseThrow();
        Node projection = student.graph().nodes().stream()
                .filter(node -> node.operation() instanceof Operation.Convolution layer
                        && layer.name().equals("conv6"))
                .findFirst()
                .orElseThrow();
        Graph seen = new Graph(
                student.graph().architecture(),
                student.graph().nodes(),
                Map.of(Task.SEGMENTATION, projection.inputs().get(0)),
                student.graph().parameters(),
                student.graph().encoder());
        NetworkWeights features = NetworkWeights.features(whole);
        assertEquals(features.graph().architecture(), "mobilenet-v2");
        assertTrue(GoldenForward.error(forward(features.graph(), features.weights()), forward(seen, student.weights()))
                < 1e-6);
    }

    private static float[] forward(Graph graph, Checkpoint weights) {
        try (GraphNetwork network = new GraphNetwork(graph, NativeEngine.cpu(), 1);
                NDManager manager = NativeEngine.newManager(NativeEngine.cpu())) {
            network.load(weights);
            NDArray images = Tensors.create(
                    manager, GoldenWeights.values("input", 3 * 48 * 64, -2, 2, 1), new Shape(1, 3, 48, 64));
            NDArray map = network.forward(images, false).get(Task.SEGMENTATION);
            assertEquals(map.getShape(), new Shape(1, NetworkWeights.FEATURE_CHANNELS, 3, 4));
            return map.toFloatArray();
        }
    }

    @Test
    public void featuresOfAClassifierNeedItsEncoderAlone() {
        try (Network network = student(1)) {
            Checkpoint file = inTorchvisionsNames(network);
            assertTrue(NetworkWeights.features(file).weights().tensors().size() > 100);
            Map<String, Tensor> less = new LinkedHashMap<>(file.tensors());
            less.remove("features.13.conv.2.weight");
            CheckpointException refused =
                    expectThrows(CheckpointException.class, () -> NetworkWeights.features(new Checkpoint(less)));
            assertTrue(refused.getMessage().contains("1 missing"), refused.getMessage());
        }
    }

    private static Graph upTo(String norm, Graph whole) {
        Node last = whole.nodes().stream()
                .filter(node -> node.operation() instanceof Operation.BatchNorm n
                        && n.name().equals(norm))
                .findFirst()
                .orElseThrow();
        return new Graph(
                whole.architecture(),
                whole.nodes().subList(0, last.index() + 1),
                Map.of(Task.DEPTH, last),
                whole.parameters().stream()
                        .filter(p -> p.name().startsWith("layer1.") || p.name().startsWith("layer2."))
                        .toList(),
                whole.encoder());
    }

    /** A convolution and its batch-norm, straight from a file in torchvision's names. */
    private static NDArray layer(
            NDArray x,
            Checkpoint file,
            String name,
            String norm,
            int stride,
            int padding,
            int groups,
            boolean training) {
        NDManager manager = x.getManager();
        Tensor weight = file.tensors().get(name + ".weight");
        NDArray y = Tensors.convolve(
                x,
                Tensors.create(manager, weight.toFloats(), new Shape(weight.shape())),
                null,
                stride,
                padding,
                1,
                groups);
        return Tensors.batchNorm(
                y,
                manager.create(floats(file, norm + ".weight")),
                manager.create(floats(file, norm + ".bias")),
                manager.create(floats(file, norm + ".running_mean")),
                manager.create(floats(file, norm + ".running_var")),
                training,
                1e-5);
    }

    /** What such a network saves is read as what it is. */
    @Test
    public void aStudentWithoutThatExpansionIsSavedAndReadAgain() {
        try (Network from = student(1)) {
            StartingWeights weights = of(inTorchvisionsNames(from));
            try (Network trained = like(weights, 2);
                    NDManager manager = NativeEngine.newManager(NativeEngine.cpu())) {
                weights.loadEncoder(trained);
                Checkpoint saved = trained.snapshot();
                assertEquals(
                        Architecture.guess(saved).orElseThrow(),
                        new Architecture.Guess(Architecture.MT_LW_REFINENET, DEPTH));
                StartingWeights again = of(saved);
                try (Network whole = like(again, 3);
                        InferenceNetwork frozen = InferenceNetwork.of(trained, NativeEngine.cpu(), 1)) {
                    again.loadWhole(whole);
                    NDArray images = Tensors.create(
                            manager, GoldenWeights.values("input", 3 * 32 * 48, -2, 2, 1), new Shape(1, 3, 32, 48));
                    float[] expected =
                            trained.forward(images, false).get(Task.DEPTH).toFloatArray();
                    assertEquals(whole.forward(images, false).get(Task.DEPTH).toFloatArray(), expected);
                    assertTrue(GoldenForward.error(
                                    frozen.forward(images).get(Task.DEPTH).toFloatArray(), expected)
                            < 1e-5);
                }
            }
        }
    }

    @Test
    public void theAuthorsNamesAreTakenAsTheyAre() {
        try (Network from = student(1);
                Network to = student(2)) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(from.snapshot().tensors());
            tensors.keySet().removeIf(name -> !name.startsWith("layer"));
            tensors.put("classifier.weight", Tensor.of(new long[] {1}, new float[1]));
            of(new Checkpoint(tensors)).loadEncoder(to);
            assertEquals(floats(to.snapshot(), "layer1.0.weight"), floats(from.snapshot(), "layer1.0.weight"));
        }
    }

    @Test
    public void aFileWithoutAnEncoderIsRefusedAndChangesNothing() {
        try (Network network = student(1)) {
            Map<String, Tensor> tensors =
                    new LinkedHashMap<>(inTorchvisionsNames(network).tensors());
            tensors.put("features.5.conv.2.weight", Tensor.of(new long[] {1}, new float[1]));
            tensors.remove("features.17.conv.2.weight");
            StartingWeights weights = of(new Checkpoint(tensors));
            try (Network to = like(weights, 2)) {
                float[] before = floats(to.snapshot(), "layer1.0.weight");
                CheckpointException e = expectThrows(CheckpointException.class, () -> weights.loadEncoder(to));
                assertTrue(
                        e.getMessage().contains("features.5.conv.2.weight is [1], expected [32, 192"), e.getMessage());
                assertTrue(e.getMessage().contains("features.17.conv.2.weight is missing"), e.getMessage());
                assertEquals(floats(to.snapshot(), "layer1.0.weight"), before);
            }
        }
    }

    @Test
    public void allButTheHeadsIsTakenFromAStudentOfOtherTasksAndClasses() {
        Heads theirs = Heads.of(Set.of(Task.SEGMENTATION, Task.DEPTH), 40);
        Heads ours = Heads.of(Set.of(Task.SEGMENTATION, Task.NORMALS), 46);
        try (Network from = Architecture.MT_LW_REFINENET.create(theirs, NativeEngine.cpu(), 1);
                Network to = Architecture.MT_LW_REFINENET.create(ours, NativeEngine.cpu(), 2)) {
            Checkpoint before = to.snapshot();
            new StartingWeights(Architecture.MT_LW_REFINENET, ours, from.snapshot()).loadBody(to);
            Checkpoint after = to.snapshot();
            for (String taken : List.of("layer1.0.weight", "conv8.weight", "crp1.0.4_outvar_dimred.weight")) {
                assertEquals(floats(after, taken), floats(from.snapshot(), taken), taken);
            }
            for (String kept : List.of("pre_segm.weight", "segm.weight", "pre_normal.weight", "normal.bias")) {
                assertEquals(floats(after, kept), floats(before, kept), kept);
            }
        }
    }

    @Test
    public void aFileWithAnEncoderAloneIsNoBody() {
        try (Network network = student(1)) {
            StartingWeights weights = of(inTorchvisionsNames(network));
            try (Network to = like(weights, 2)) {
                CheckpointException e = expectThrows(CheckpointException.class, () -> weights.loadBody(to));
                assertTrue(e.getMessage().contains("no encoder and decoder"), e.getMessage());
                assertTrue(e.getMessage().contains("conv8.weight is missing"), e.getMessage());
            }
        }
    }

    private static float[] floats(Checkpoint checkpoint, String name) {
        return checkpoint.tensors().get(name).toFloats();
    }
}
