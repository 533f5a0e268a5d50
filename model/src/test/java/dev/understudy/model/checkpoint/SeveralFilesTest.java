package dev.understudy.model.checkpoint;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.files.Scratch;
import dev.understudy.model.checkpoint.CheckpointReader.CheckpointFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Checkpoints in several files, and files that are none. */
public class SeveralFilesTest {
    private static final Tensor A = Tensor.of(new long[] {2}, new float[] {1, 2});
    private static final Tensor B = Tensor.of(new long[] {1}, new float[] {3});

    private Path folder;
    private Path first;
    private Path second;
    private Path index;

    @BeforeMethod
    public void write() throws IOException {
        folder = Scratch.folder("several");
        first = folder.resolve("model-00001-of-00002.safetensors");
        second = folder.resolve("model-00002-of-00002.safetensors");
        SafetensorsWriter.write(first, new Checkpoint(Map.of("layer.a", A)));
        SafetensorsWriter.write(second, new Checkpoint(Map.of("layer.b", B)));
        index = folder.resolve("model.safetensors.index.json");
    }

    @AfterMethod
    public void remove() throws IOException {
        Scratch.delete(folder);
    }

    private void writeIndex(String map) throws IOException {
        Files.writeString(index, "{\"metadata\":{\"total_size\":12},\"weight_map\":{" + map + "}}");
    }

    private static String entry(String tensor, Path file) {
        return "\"" + tensor + "\":\"" + file.getFileName() + "\"";
    }

    private static String refusal(Path file) {
        String message = expectThrows(CheckpointException.class, () -> CheckpointReader.readStored(file))
                .getMessage();
        assertEquals(message.lines().count(), 1, message);
        assertTrue(message.startsWith(file.getParent().toString()), message);
        return message;
    }

    @Test
    public void anyOfTheFilesAndTheirIndexReadAll() throws IOException {
        Checkpoint whole = new Checkpoint(Map.of("layer.a", A, "layer.b", B));
        assertEquals(CheckpointReader.readStored(second), whole, "by their names");
        writeIndex(entry("layer.a", first) + "," + entry("layer.b", second));
        for (Path named : List.of(index, first, second)) {
            assertEquals(CheckpointReader.readStored(named), whole, named.toString());
            CheckpointFile inspected = CheckpointReader.inspect(named);
            assertEquals(inspected.checkpoint(), whole);
            assertEquals(inspected.bytes(), Files.size(first) + Files.size(second));
            assertEquals(inspected.sha256(), CheckpointReader.inspect(index).sha256());
        }
        assertEquals(CheckpointReader.files(index), List.of(index, first, second));
        assertEquals(CheckpointReader.files(first), List.of(first, second));
    }

    @Test
    public void oneFileAloneIsToldWhatIsMissing() throws IOException {
        Files.delete(second);
        String message = refusal(first);
        assertTrue(message.contains("a checkpoint of 2 files, of which 1 are not beside it"), message);
        assertTrue(message.contains("(model-00002-of-00002.safetensors); fetch all of them"), message);
        writeIndex(entry("layer.a", first) + "," + entry("layer.b", second));
        assertTrue(refusal(index).contains("model-00002-of-00002.safetensors"), "by the index too");
    }

    @Test
    public void aSingleFileOfOneIsItself() throws IOException {
        Path only = folder.resolve("model-00001-of-00001.safetensors");
        Files.copy(first, only);
        assertEquals(CheckpointReader.readStored(only).tensors().keySet(), java.util.Set.of("layer.a"));
    }

    @DataProvider
    public Object[][] indexes() {
        return new Object[][] {
            {"\"layer.a\":\"../secret.safetensors\"", "expected the name of one in the same folder"},
            {"\"layer.a\":\"/etc/passwd\"", "expected the name of one in the same folder"},
            {"\"layer.a\":\"C:secret\"", "expected the name of one in the same folder"},
            {"\"layer.a\":\"..\"", "expected the name of one in the same folder"},
            {"\"layer.a\":\"model.safetensors.index.json\"", "expected the name of one in the same folder"},
            {"\"layer.a\":7", "expected the name of one in the same folder"},
            {"\"layer.c\":\"model-00001-of-00002.safetensors\"", "lacks the tensor layer.c"},
            {"", "has no weight_map"},
            {"\"layer.a\":\"model-00001-of-00002.safetensors\",\"layer.a\":\"x\"", "is no JSON: Duplicate"},
        };
    }

    @Test(dataProvider = "indexes")
    public void anIndexLeadsNowhereButToItsFolder(String map, String problem) throws IOException {
        writeIndex(map);
        assertTrue(refusal(index).contains(problem), refusal(index));
    }

    @Test
    public void anIndexOfMoreFilesThanAnybodyHasIsRefused() throws IOException {
        StringBuilder map = new StringBuilder("\"x\":\"x\"");
        for (int i = 0; i < 300; i++) {
            map.append(",\"t").append(i).append("\":\"f").append(i).append('"');
        }
        writeIndex(map.toString());
        assertTrue(refusal(index).contains("names 301 files"), refusal(index));
        Files.delete(index);
        Path numbered = folder.resolve("model-00001-of-99999.safetensors");
        Files.copy(first, numbered);
        assertTrue(refusal(numbered).contains("one of 99999 files"), refusal(numbered));
    }

    @DataProvider
    public Object[][] others() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(new byte[100]);
        }
        byte[] tar = new byte[1024];
        System.arraycopy("152_nyud.pth".getBytes(StandardCharsets.US_ASCII), 0, tar, 0, 12);
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        return new Object[][] {
            {gzip.toByteArray(), "is compressed by gzip: unpack it with gunzip"},
            {tar, "is a tar archive: unpack it with tar -xf"},
            {bytes("{\"architectures\": [\"X\"]}"), "is JSON, perhaps a configuration: name the weights beside it"},
            {bytes("\uFEFF \n [1, 2]"), "is JSON"},
            {bytes("<!DOCTYPE html><html>"), "is a web page, so the download failed"},
            {bytes("version https://git-lfs.github.com/spec/v1\noid sha256:0"), "is a Git LFS pointer, run git lfs pull"
            },
            {bytes("BZh91AY"), "is compressed by bzip2"},
            {new byte[0], "is empty"},
            {bytes("hello, there, friends"), "starts with the bytes 68656c6c6f"},
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test(dataProvider = "others")
    public void whatIsNoCheckpointIsNamedForWhatItIs(byte[] content, String words) throws IOException {
        Path file = Files.write(folder.resolve("weights.pth"), content);
        assertTrue(refusal(file).contains("is no checkpoint: it " + words), refusal(file));
    }
}
