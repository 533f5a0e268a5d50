package dev.understudy.model.checkpoint;

import static dev.understudy.model.checkpoint.CheckpointBytes.pickle;
import static dev.understudy.model.checkpoint.CheckpointBytes.read;
import static dev.understudy.model.checkpoint.CheckpointBytes.zipAround;
import static dev.understudy.model.checkpoint.TwoSets.dict;
import static dev.understudy.model.checkpoint.TwoSets.file;
import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Weights and their average in one file. */
public class WeightSetsTest {
    private static Checkpoint set(byte[] content, String set) throws IOException {
        Path file = Files.write(Scratch.file("sets", ".pth"), content);
        try {
            return CheckpointReader.readSet(file, set);
        } finally {
            Files.delete(file);
        }
    }

    @DataProvider
    public Object[][] averages() {
        return StateDict.AVERAGES.stream().map(key -> new Object[] {key}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "averages")
    public void theWeightsAreTakenAndTheAverageWhereItIsAskedFor(String key) throws IOException {
        byte[] both = file(key, "average", "state_dict", "weights");
        assertEquals(read(both).tensors().keySet(), Set.of("weights"));
        assertEquals(set(both, key).tensors().keySet(), Set.of("average"));
        assertEquals(set(both, "state_dict").tensors().keySet(), Set.of("weights"));
        assertEquals(read(file(key, "average")).tensors().keySet(), Set.of("average"), "alone it is what there is");
    }

    @Test
    public void aSetMayBeABeginningOfNamesToo() throws IOException {
        byte[] flat = zipAround(pickle(dict("ema.weight") + "."));
        assertEquals(set(flat, "ema").tensors().keySet(), Set.of("weight"));
        Path file = Scratch.file("sets", ".safetensors");
        SafetensorsWriter.write(
                file,
                new Checkpoint(Map.of(
                        "ema.w",
                        Tensor.of(new long[] {1}, new float[1]),
                        "net.w",
                        Tensor.of(new long[] {1}, new float[1]))));
        assertEquals(CheckpointReader.readSet(file, "ema").tensors().keySet(), Set.of("w"));
        String told = expectThrows(CheckpointException.class, () -> CheckpointReader.readSet(file, "swa"))
                .getMessage();
        assertTrue(told.contains("holds no tensors under 'swa'"), told);
        Files.delete(file);
    }

    @Test
    public void aSetThatIsNotThereIsNamed() {
        String told = expectThrows(
                        CheckpointException.class, () -> set(file("state_dict", "weights"), "state_dict_ema"))
                .getMessage();
        assertTrue(told.contains("holds no tensors under 'state_dict_ema', only the keys state_dict"), told);
    }
}
