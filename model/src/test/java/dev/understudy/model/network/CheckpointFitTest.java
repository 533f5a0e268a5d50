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
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
