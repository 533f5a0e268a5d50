package dev.understudy.model.network;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.GoldenWeights;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.checkpoint.TensorType;
import dev.understudy.model.engine.NativeEngine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CheckpointFitTest {
    private static final Graph STUDENT =
            Architecture.MT_LW_REFINENET.graph(Heads.of(EnumSet.of(Task.SEGMENTATION, Task.DEPTH), 40));

    private static Checkpoint golden() {
        return GoldenWeights.checkpoint("mt-lw-refinenet-nyud", 1);
    }

    private static String refusal(Map<String, Tensor> tensors) {
        return expectThrows(CheckpointException.class, () -> STUDENT.check(new Checkpoint(tensors)))
                .getMessage();
    }

    @Test
    public void whatFitsIsAcceptedAndCountersDoNotMatter() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(golden().tensors());
        tensors.put("layer1.1.num_batches_tracked", Tensor.of(new long[0], new float[] {3}));
        STUDENT.check(new Checkpoint(tensors));
    }

    @Test
    public void missingSurplusAndMisshapenTensorsAreNamed() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(golden().tensors());
        tensors.remove("conv5.weight");
        tensors.put("extra.weight", Tensor.of(new long[] {1}, new float[1]));
        tensors.put("segm.bias", Tensor.of(new long[] {39}, new float[39]));
        String message = refusal(tensors);
        assertTrue(message.contains("1 missing (conv5.weight)"), message);
        assertTrue(message.contains("1 left over (extra.weight)"), message);
        assertTrue(message.contains("segm.bias is [39], expected [40]"), message);
        assertTrue(message.contains("check tasks and classes"), message);
    }

    /** By tensor, place and value, what no network can compute with, and how it is told. */
    @DataProvider
    public Object[][] faults() {
        return new Object[][] {
            {"conv5.weight", 3, Float.NaN, "conv5.weight is NaN at element 3"},
            {"segm.bias", 39, Float.POSITIVE_INFINITY, "segm.bias is Infinity at element 39"},
            {"layer1.1.weight", 0, Float.NEGATIVE_INFINITY, "layer1.1.weight is -Infinity at element 0"},
            {"layer1.1.running_mean", 1, Float.NaN, "layer1.1.running_mean is NaN at element 1"},
            {"layer1.1.running_var", 1, Float.NaN, "layer1.1.running_var is NaN at element 1"},
            {"layer3.0.output.1.1.running_var", 5, -0.25f, "layer3.0.output.1.1.running_var is -0.25 at element 5"},
            {"layer1.1.running_var", 31, -Float.MIN_VALUE, "layer1.1.running_var is -1.4E-45 at element 31"},
        };
    }

    @Test(dataProvider = "faults")
    public void valuesThatNoNetworkComputesWithAreNamed(String name, int at, float value, String told) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(golden().tensors());
        float[] values = tensors.get(name).toFloats();
        values[at] = value;
        tensors.put(name, Tensor.of(tensors.get(name).shape(), values));
        String message = refusal(tensors);
        assertTrue(message.contains(told), message);
        assertEquals(message.lines().count(), 1);
        // A network in training takes nothing of such a file either.
        Heads heads = Heads.of(EnumSet.of(Task.SEGMENTATION, Task.DEPTH), 40);
        try (Network network = Architecture.MT_LW_REFINENET.create(heads, NativeEngine.cpu(), 1)) {
            Checkpoint before = network.snapshot();
            assertThrows(CheckpointException.class, () -> network.load(new Checkpoint(tensors)));
            assertEquals(network.snapshot(), before);
        }
    }

    /** Channels that never spoke have no variance, or next to none. */
    @Test
    public void aVarianceOfNothingIsAVariance() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(golden().tensors());
        float[] values = tensors.get("layer1.1.running_var").toFloats();
        values[0] = 0;
        values[1] = -0f;
        values[2] = Float.MIN_VALUE;
        values[3] = 1e-39f;
        tensors.put("layer1.1.running_var", Tensor.of(new long[] {32}, values));
        STUDENT.check(new Checkpoint(tensors));
    }

    /** A network computes in float32. */
    @Test
    public void whatOverflowsAsFloat32IsNotFinite() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(golden().tensors());
        ByteBuffer bytes = ByteBuffer.allocate(40 * 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putDouble(7 * 8, 1e300);
        tensors.put("segm.bias", new Tensor(new long[] {40}, TensorType.FLOAT64, bytes));
        assertTrue(refusal(tensors).contains("segm.bias is 1.0E300, too large for float32, at element 7"));
    }

    @Test
    public void anotherArchitectureIsRecognised() {
        String message = refusal(GoldenWeights.checkpoint("lw-refinenet50", 1).tensors());
        assertTrue(message.contains("the file seems to be lw-refinenet50 with [segmentation] and 40 classes"), message);
        String nothing = refusal(Map.of("a", Tensor.of(new long[] {1}, new float[1])));
        assertTrue(nothing.endsWith("the file is of no architecture known here"), nothing);
    }

    @Test
    public void headsAreReadFromTheFile() {
        Architecture.Guess guess = Architecture.guess(GoldenWeights.checkpoint("mt-lw-refinenet-kitti", 1))
                .orElseThrow();
        assertEquals(guess.architecture(), Architecture.MT_LW_REFINENET);
        assertEquals(guess.heads(), new Heads(List.of(Task.SEGMENTATION, Task.DEPTH), 6));
    }

    @Test
    public void wrongNamesAndHeadsAreTheUsersToMend() {
        String message = expectThrows(ConfigurationException.class, () -> Architecture.parse("lw-refinenet151"))
                .getMessage();
        assertTrue(message.contains("lw-refinenet50, lw-refinenet101, lw-refinenet152"), message);
        assertThrows(
                ConfigurationException.class,
                () -> Architecture.WIDE_RESNET_38.graph(Heads.of(EnumSet.of(Task.DEPTH), 0)));
        assertThrows(ConfigurationException.class, () -> Heads.segmentation(0));
    }
}
