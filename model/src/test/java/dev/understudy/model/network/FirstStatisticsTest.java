package dev.understudy.model.network;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.GoldenWeights;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Tensors;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class FirstStatisticsTest {
    private static final Shape INPUT = new Shape(4, 3, 48, 64);

    private NDManager manager;

    @BeforeClass
    public void open() {
        manager = NativeEngine.newManager(NativeEngine.cpu());
    }

    @AfterClass
    public void close() {
        manager.close();
    }

    private NDArray images(long seed) {
        return Tensors.create(manager, GoldenWeights.values("input", (int) INPUT.size(), -2, 2, seed), INPUT);
    }

    private static Map<Task, float[]> outputs(Network network, NDArray images, boolean training) {
        Map<Task, float[]> values = new EnumMap<>(Task.class);
        network.forward(images, training).forEach((task, output) -> values.put(task, output.toFloatArray()));
        return values;
    }

    private static double apart(Map<Task, float[]> a, Map<Task, float[]> b) {
        return a.keySet().stream()
                .mapToDouble(task -> GoldenForward.error(a.get(task), b.get(task)))
                .max()
                .orElseThrow();
    }

    @DataProvider
    public Object[][] foldings() {
        return new Object[][] {{true}, {false}};
    }

    /** In training mode by the statistics of the very batch; before, each layer lost the scale of its channels. */
    @Test(dataProvider = "foldings")
    public void foldedWeightsKeepTheirFunctionAndHaveItInTrainingToo(boolean identity) {
        Checkpoint plain = GoldenWeights.checkpoint("mt-lw-refinenet-nyud-three", 1);
        NetworkWeights whole = NetworkWeights.of(plain).orElseThrow();
        StartingWeights start = new StartingWeights(
                whole.architecture(), whole.heads(), FoldedCheckpoints.of(whole.graph(), plain, identity));
        try (Network network = DataParallelNetwork.create(start.graph(), List.of(NativeEngine.cpu()), 1)) {
            start.loadWhole(network);
            NDArray images = images(1);
            Checkpoint before = network.snapshot();
            Map<Task, float[]> evaluated = outputs(network, images, false);
            double lost = apart(outputs(network, images, true), evaluated);
            network.load(before);

            FirstStatistics statistics = new FirstStatistics(network);
            assertTrue(statistics.areWanted());
            assertEquals(statistics.inWords(), "52 of 52 batch-norms");
            statistics.add(images);
            statistics.give();

            assertTrue(apart(outputs(network, images, false), evaluated) < 1e-3, "the function is the same");
            double kept = apart(outputs(network, images, true), evaluated);
            assertTrue(kept < 1e-3, "in training " + kept);
            assertTrue(lost > 100 * kept, "without statistics " + lost);
            assertFalse(new FirstStatistics(network).areWanted(), "what was given is known");
        }
    }

    @Test
    public void severalBatchesCountAsOne() {
        try (Network together = folded();
                Network apart = folded()) {
            FirstStatistics one = new FirstStatistics(together);
            NDArray first = images(1);
            NDArray second = images(2);
            one.add(first.concat(second, 0));
            one.give();
            FirstStatistics two = new FirstStatistics(apart);
            two.add(first);
            two.add(second);
            two.give();
            for (String name :
                    List.of("layer1.1.running_mean", "layer1.1.running_var", "layer8.0.output.2.1.running_var")) {
                assertTrue(GoldenForward.error(floats(apart, name), floats(together, name)) < 1e-4, name);
            }
        }
    }

    private static float[] floats(Network network, String name) {
        return network.snapshot().tensors().get(name).toFloats();
    }

    private static Network folded() {
        Checkpoint plain = GoldenWeights.checkpoint("mt-lw-refinenet-nyud", 1);
        NetworkWeights whole = NetworkWeights.of(plain).orElseThrow();
        StartingWeights start = new StartingWeights(
                whole.architecture(), whole.heads(), FoldedCheckpoints.of(whole.graph(), plain, false));
        Network network = DataParallelNetwork.create(start.graph(), List.of(NativeEngine.cpu()), 1);
        start.loadWhole(network);
        return network;
    }

    @Test
    public void weightsThatKnowPicturesAreLeftAlone() {
        NetworkWeights whole = NetworkWeights.of(GoldenWeights.checkpoint("mt-lw-refinenet-nyud", 1))
                .orElseThrow();
        try (Network network = DataParallelNetwork.create(whole.graph(), List.of(NativeEngine.cpu()), 1)) {
            network.load(whole.weights());
            assertFalse(new FirstStatistics(network).areWanted());
        }
    }

    /** Channels that never speak have a variance of next to nothing; the published weights have such. */
    @Test
    public void realWeightsAreLeftAloneAndFoldedRecognised() {
        Checkpoint file = CheckpointReader.read(RealWeights.path("mobilenet_v2-imagenet.pth"));
        Heads heads = Heads.of(Set.of(Task.DEPTH), 0);
        StartingWeights start = new StartingWeights(Architecture.MT_LW_REFINENET, heads, file);
        Checkpoint folded =
                FoldedCheckpoints.of(start.graph(), FileNames.of(file).checkpoint(), false);
        StartingWeights again = new StartingWeights(Architecture.MT_LW_REFINENET, heads, folded);
        try (Network network = DataParallelNetwork.create(start.graph(), List.of(NativeEngine.cpu()), 1);
                Network other = DataParallelNetwork.create(again.graph(), List.of(NativeEngine.cpu()), 1)) {
            start.loadEncoder(network);
            assertFalse(new FirstStatistics(network).areWanted());
            again.loadEncoder(other);
            assertEquals(new FirstStatistics(other).inWords(), "51 of 51 batch-norms");
        }
    }
}
