package dev.understudy.model.checkpoint;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.model.checkpoint.CheckpointReader.CheckpointContainer;
import dev.understudy.model.checkpoint.CheckpointReader.CheckpointFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Files of PyTorch's own {@code save}, in both containers, against what PyTorch read back from them
 * ({@code expected.json}).
 */
public class GoldenCheckpointsTest {
    private static final String FOLDER = "/golden/checkpoints/";

    @DataProvider
    public Object[][] files() throws IOException {
        List<Object[]> cases = new ArrayList<>();
        for (Map.Entry<String, JsonNode> file : expected().properties()) {
            cases.add(new Object[] {file.getKey(), file.getValue()});
        }
        assertEquals(cases.size(), 10);
        return cases.toArray(Object[][]::new);
    }

    @Test(dataProvider = "files")
    public void holdsEveryTensorAsPyTorchReadsIt(String name, JsonNode expected) throws Exception {
        Checkpoint checkpoint = CheckpointReader.readStored(path(name));
        List<String> names = new ArrayList<>();
        expected.fieldNames().forEachRemaining(names::add);
        assertEquals(List.copyOf(checkpoint.tensors().keySet()), names);
        checkpoint.tensors().forEach((tensor, value) -> assertTensor(tensor, value, expected.path(tensor)));
    }

    @Test
    public void normalisedNamesLoseWhatDataParallelPutsBeforeThem() throws Exception {
        Checkpoint parallel = CheckpointReader.read(path("nested-data-parallel.pth.tar"));
        assertEquals(parallel, CheckpointReader.read(path("legacy.pth.tar")));
        assertEquals(parallel, CheckpointReader.read(path("nested.ckpt")));
    }

    @Test
    public void viewsAreTheSameInBothContainers() throws Exception {
        assertEquals(CheckpointReader.read(path("views.pth")), CheckpointReader.read(path("views-legacy.pth")));
    }

    @Test
    public void inspectsAFile() throws Exception {
        Path file = path("legacy.pth.tar");
        CheckpointFile inspected = CheckpointReader.inspect(file);
        assertEquals(inspected.container(), CheckpointContainer.PYTORCH_STREAM);
        assertEquals(inspected.bytes(), Files.size(file));
        assertTrue(inspected.sha256().matches("[0-9a-f]{64}"), inspected.sha256());
        assertEquals(inspected.checkpoint().parameterCount(), 216 + 8 + 40);
        assertEquals(CheckpointReader.inspect(path("half.pth")).container(), CheckpointContainer.PYTORCH_ZIP);
    }

    private static void assertTensor(String name, Tensor tensor, JsonNode expected) {
        assertEquals(tensor.type().title(), expected.path("dtype").textValue(), name);
        assertEquals(tensor.shape().length, expected.path("shape").size(), name);
        for (int i = 0; i < tensor.shape().length; i++) {
            assertEquals(tensor.shape()[i], expected.path("shape").path(i).longValue(), name);
        }
        double sum = 0;
        for (int i = 0; i < tensor.elements(); i++) {
            sum += tensor.get(i);
        }
        assertEquals(sum, expected.path("sum").doubleValue(), 1e-9 * Math.max(1, Math.abs(sum)), name);
        JsonNode first = expected.path("first");
        for (int i = 0; i < first.size(); i++) {
            assertEquals(tensor.get(i), first.path(i).doubleValue(), name + "[" + i + "]");
        }
        if (tensor.elements() > 0) {
            assertEquals(
                    tensor.get(tensor.elements() - 1), expected.path("last").doubleValue(), name);
        }
    }

    static Path path(String name) throws Exception {
        return Path.of(GoldenCheckpointsTest.class.getResource(FOLDER + name).toURI());
    }

    private static JsonNode expected() throws IOException {
        try (InputStream in = GoldenCheckpointsTest.class.getResourceAsStream(FOLDER + "expected.json")) {
            return new ObjectMapper().readTree(in);
        }
    }
}
