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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.Test;

/** Parts of what others trained, in their names. */
public class PartialWeightsTest {
    /** torchvision.models.mobilenet_v2().state_dict(), layers of some blocks written down by hand, with their shapes. */
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

    private static Network student(long seed) {
        return Architecture.MT_LW_REFINENET.create(Heads.of(Set.of(Task.DEPTH), 0), NativeEngine.cpu(), seed);
    }

    /** An encoder's tensors under torchvision's names, with a classifier on top. */
    private static Checkpoint inTorchvisionsNames(Network network) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        network.snapshot().tensors().forEach((name, tensor) -> {
            int dot = name.lastIndexOf('.');
            String theirs = TorchvisionMobileNet.NAMES.get(name.substring(0, dot));
            if (theirs != null) {
                tensors.put(theirs + name.substring(dot), tensor);
            }
        });
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
            assertEquals(TorchvisionMobileNet.NAMES.size(), 2 * 51);
        }
    }

    @Test
    public void theEncoderAloneIsTaken() {
        try (Network from = student(1);
                Network to = student(2)) {
            Checkpoint before = to.snapshot();
            PartialWeights.loadEncoder(to, inTorchvisionsNames(from));
            Checkpoint after = to.snapshot();
            assertEquals(
                    floats(after, "layer7.2.output.2.0.weight"), floats(from.snapshot(), "layer7.2.output.2.0.weight"));
            assertEquals(floats(after, "conv4.weight"), floats(before, "conv4.weight"));
        }
    }

    /** The same encoder with its first expansion made the identity by hand. */
    @Test
    public void theExpansionThatTorchvisionLacksChangesNothing() {
        try (Network network = student(3);
                NDManager manager = NativeEngine.newManager(NativeEngine.cpu())) {
            PartialWeights.loadEncoder(network, inTorchvisionsNames(network));
            Map<String, Tensor> tensors = network.snapshot().tensors();
            float[] x = GoldenWeights.values("input", 32 * 4, 0, 6, 1);
            NDArray in = Tensors.create(manager, x, new Shape(1, 32, 2, 2));
            NDArray weight = Tensors.create(
                    manager, tensors.get("layer2.0.output.0.0.weight").toFloats(), new Shape(32, 32, 1, 1));
            NDArray convolved = Tensors.convolve(in, weight, null, 1, 0, 1, 1);
            NDArray y = Tensors.relu6(Tensors.batchNorm(
                    convolved,
                    vector(manager, tensors, "weight"),
                    vector(manager, tensors, "bias"),
                    vector(manager, tensors, "running_mean"),
                    vector(manager, tensors, "running_var"),
                    false,
                    1e-5));
            assertTrue(y.sub(in).abs().max().getFloat() < 1e-5);
        }
    }

    private static NDArray vector(NDManager manager, Map<String, Tensor> tensors, String what) {
        return manager.create(tensors.get("layer2.0.output.0.1." + what).toFloats());
    }

    @Test
    public void theAuthorsNamesAreTakenAsTheyAre() {
        try (Network from = student(1);
                Network to = student(2)) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(from.snapshot().tensors());
            tensors.keySet().removeIf(name -> !name.startsWith("layer"));
            tensors.put("classifier.weight", Tensor.of(new long[] {1}, new float[1]));
            PartialWeights.loadEncoder(to, new Checkpoint(tensors));
            assertEquals(floats(to.snapshot(), "layer1.0.weight"), floats(from.snapshot(), "layer1.0.weight"));
        }
    }

    @Test
    public void aFileWithoutAnEncoderIsRefusedAndChangesNothing() {
        try (Network network = student(1)) {
            float[] before = floats(network.snapshot(), "layer1.0.weight");
            Map<String, Tensor> tensors =
                    new LinkedHashMap<>(inTorchvisionsNames(network).tensors());
            tensors.remove("features.5.conv.2.weight");
            CheckpointException e = expectThrows(
                    CheckpointException.class, () -> PartialWeights.loadEncoder(network, new Checkpoint(tensors)));
            assertTrue(e.getMessage().contains("features.5.conv.2.weight is missing"), e.getMessage());
            assertEquals(floats(network.snapshot(), "layer1.0.weight"), before);
        }
    }

    @Test
    public void allButTheHeadsIsTakenFromAStudentOfOtherTasksAndClasses() {
        Heads theirs = Heads.of(Set.of(Task.SEGMENTATION, Task.DEPTH), 40);
        Heads ours = Heads.of(Set.of(Task.SEGMENTATION, Task.NORMALS), 46);
        try (Network from = Architecture.MT_LW_REFINENET.create(theirs, NativeEngine.cpu(), 1);
                Network to = Architecture.MT_LW_REFINENET.create(ours, NativeEngine.cpu(), 2)) {
            Checkpoint before = to.snapshot();
            PartialWeights.loadBody(to, from.snapshot());
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
            CheckpointException e = expectThrows(
                    CheckpointException.class, () -> PartialWeights.loadBody(network, inTorchvisionsNames(network)));
            assertTrue(e.getMessage().contains("no encoder and decoder"), e.getMessage());
            assertTrue(e.getMessage().contains("conv8.weight is missing"), e.getMessage());
        }
    }

    private static float[] floats(Checkpoint checkpoint, String name) {
        return checkpoint.tensors().get(name).toFloats();
    }
}
