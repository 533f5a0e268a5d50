package dev.understudy.model.onnx;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.files.storage.FakeStorages;
import dev.understudy.files.storage.FolderStorage;
import dev.understudy.model.onnx.OnnxFile.OnnxMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What an ONNX file says of itself, and which files go no further. */
public class OnnxFileTest {
    private Path folder;

    @BeforeMethod
    public void make() throws IOException {
        folder = Scratch.folder("understudy-onnx");
    }

    @AfterMethod
    public void remove() throws IOException {
        Scratch.delete(folder);
    }

    private Path file(OnnxGraph graph) throws IOException {
        return graph.write(folder.resolve("network.onnx"));
    }

    private static DataException refused(Path file) {
        return expectThrows(DataException.class, () -> OnnxFile.read(file));
    }

    private static void assertSays(DataException refusal, String... parts) {
        for (String part : parts) {
            assertTrue(String.valueOf(refusal.getMessage()).contains(part), refusal.getMessage());
        }
    }

    @Test
    public void inputsOutputsAndWeightsAreTold() throws IOException {
        OnnxFile file = OnnxFile.read(file(OnnxGraph.colours(1, 2, "N", 32, "w")
                .output("logits", OnnxGraph.FLOAT, "N", 5, 32, "w")
                .output("other", OnnxGraph.LONG, "N")));
        assertEquals(file.inputs().toString(), "['image' float32 [N, 3, 32, w]]");
        assertEquals(file.outputs().toString(), "['logits' float32 [N, 5, 32, w], 'other' int64 [N]]");
        assertEquals(file.weights(), 20);
        assertEquals(file.nodes(), 1);
        assertEquals(file.opset(), 17);
        assertEquals(file.producer(), "a test");
        assertTrue(file.input().isDynamic(0) && !file.input().isDynamic(2));
    }

    @Test
    public void weightsOfAFileInAStorageAreFetchedWithIt() throws IOException {
        Path there = Files.createDirectory(folder.resolve("storage"));
        Path weights = Files.write(
                there.resolve("weights.bin"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
        OnnxGraph.colours(1, 0, 1, 4, 4)
                .external("far", new long[] {4}, "weights.bin")
                .output("logits", OnnxGraph.FLOAT, 1, 3, 4, 4)
                .write(there.resolve("network.onnx"));
        OnnxFile file = OnnxFile.read(FakeStorages.add(new FolderStorage(there)).resolve("network.onnx"));
        Path fetched = file.external().get(0);
        assertEquals(fetched.getParent(), file.local().getParent());
        assertEquals(Files.mismatch(fetched, weights), -1);
    }

    @Test
    public void weightsElsewhereAreFoundBesideTheFileOnly() throws IOException {
        Path beside = Files.write(folder.resolve("weights.bin"), new byte[16]);
        OnnxGraph graph = OnnxGraph.colours(1, 0, 1, 8, 8)
                .external("far", new long[] {4}, "weights.bin")
                .output("logits", OnnxGraph.FLOAT, 1, 3, 8, 8);
        OnnxFile file = OnnxFile.read(file(graph));
        assertEquals(file.external(), List.of(beside));
        String before = file.sha256();
        Files.write(beside, new byte[] {1, 2, 3});
        assertTrue(!OnnxFile.read(file.path()).sha256().equals(before), "other weights are another network");
    }

    @DataProvider
    public Object[][] outside() {
        return new Object[][] {
            {"../weights.bin"}, {"/etc/passwd"}, {"down/../../weights.bin"}, {"link.bin"}, {"missing"}
        };
    }

    @Test(dataProvider = "outside")
    public void weightsOutsideOfTheFolderAreRefused(String location) throws IOException {
        Files.createSymbolicLink(folder.resolve("link.bin"), Path.of("/etc/passwd"));
        assertSays(
                refused(file(OnnxGraph.colours(1, 0, 1, 8, 8)
                        .external("far", new long[] {4}, location)
                        .output("logits", OnnxGraph.FLOAT, 1, 3, 8, 8))),
                location,
                "put");
    }

    @Test
    public void operatorsOfALibraryAreRefused() throws IOException {
        assertSays(
                refused(file(OnnxGraph.colours(1, 0, 1, 8, 8)
                        .node("acme", "Blend", "logits", "blended")
                        .output("blended", OnnxGraph.FLOAT, 1, 3, 8, 8))),
                "acme.Blend",
                "standard operators");
    }

    @Test
    public void anotherFileIsNoOnnxFile() throws IOException {
        assertSays(
                refused(Files.writeString(folder.resolve("a.onnx"), "not a network at all, but some text")),
                "no ONNX file");
        assertSays(refused(Files.write(folder.resolve("b.onnx"), new byte[0])), "no ONNX file");
        assertSays(refused(folder.resolve("none.onnx")), "no such file");
        assertSays(refused(folder), "a folder");
    }

    @Test
    public void aFileThatWasCutShortIsRefusedWhereverItWasCut() throws IOException {
        byte[] whole = OnnxGraph.colours(1, 2, "N", 32, "w")
                .output("logits", OnnxGraph.FLOAT, "N", 5, 32, "w")
                .bytes();
        Path cut = folder.resolve("cut.onnx");
        for (int length = 1; length < whole.length; length += 7) {
            Files.write(cut, java.util.Arrays.copyOf(whole, length));
            refused(cut);
        }
    }

    /** Whatever the bytes, a file is read or refused: no other exception, no long wait, no large memory. */
    @Test
    public void damagedFilesAreReadOrRefused() throws IOException {
        byte[] whole = OnnxGraph.colours(1, 2, "N", 32, "w")
                .external("far", new long[] {4}, "weights.bin")
                .output("logits", OnnxGraph.FLOAT, "N", 5, 32, "w")
                .bytes();
        long seed = 20260718;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Path damaged = folder.resolve("damaged.onnx");
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = whole.clone();
            for (int k = 0; k <= i % 3; k++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Files.write(damaged, bytes);
            try {
                OnnxFile.read(damaged);
            } catch (DataException expected) {
                assertTrue(String.valueOf(expected.getMessage()).contains("damaged.onnx"), expected.getMessage());
            }
        }
    }

    @Test
    public void shapesThatCannotBeAreRefused() throws IOException {
        OnnxGraph graph = OnnxGraph.colours(1, 0, 1, 8, 8).output("logits", OnnxGraph.FLOAT, 1, 3, 8, 8);
        graph.floats("huge", new long[] {1L << 40, 1L << 40});
        assertSays(refused(file(graph)), "cannot be");
    }

    @Test
    public void whatBlowsUpIsRefusedBeforeItIsCalculated() throws IOException {
        OnnxFile constant = OnnxFile.read(file(OnnxGraph.colours(1, 0, 1, 8, 8)
                .longs("shape", 2_000_000, 2_000_000)
                .node("ConstantOfShape", "shape", "big")
                .node("ReduceSum", "big", "sum", OnnxGraph.attribute("keepdims", 0))
                .node("Add", "logits sum", "y")
                .output("y", OnnxGraph.FLOAT, 1, 3, 8, 8)));
        DataException e = expectThrows(DataException.class, () -> constant.checkMemory(1, 3, 8, 8));
        assertSays(e, "14901 GiB", "half of this machine's");
        // As a file that is too large to be copied into memory.
        long[] shape = {1, 3, 8, 8};
        assertSays(expectThrows(DataException.class, () -> OnnxMemory.check(constant, shape, 0)), "14901 GiB");
        OnnxFile tiled = OnnxFile.read(file(OnnxGraph.colours(1, 0, 1, "h", "w")
                .longs("times", 1, 1, 1_000_000, 1_000_000)
                .node("Tile", "logits times", "big")
                .node("ReduceMax", "big", "y", OnnxGraph.attribute("keepdims", 0))
                .output("y", OnnxGraph.FLOAT)));
        assertSays(expectThrows(DataException.class, () -> tiled.checkMemory(1, 3, 8, 8)), "GiB");
    }

    /** How large it becomes depends on the picture, so that it is seen when it is there. */
    @Test
    public void anOutputThatIsLargerThanAPictureCanHaveIsRefused() {
        DataException e = expectThrows(
                DataException.class,
                () -> OnnxNetwork.requireSize(java.nio.file.Path.of("n.onnx"), "y", new long[] {1, 1 << 20, 1 << 20}));
        assertSays(e, "n.onnx: output 'y' is [1, 1048576, 1048576]", "expected at most 536870912 values");
    }

    @Test
    public void whatTheFileCalculatesInIsSeen() throws IOException {
        assertEquals(
                OnnxFile.read(file(OnnxGraph.colours(1, 0, 1, 8, 8).output("logits", OnnxGraph.FLOAT, 1, 3, 8, 8)))
                        .precision(),
                "float32");
        assertEquals(OnnxFile.read(file(OnnxGraph.halfColours(8, 8))).precision(), "float16");
    }

    @Test
    public void whatIsNoLongerNeededDoesNotCount() throws IOException {
        OnnxGraph graph = OnnxGraph.colours(1, 0, 1, 64, 64);
        String last = "logits";
        for (int i = 0; i < 200; i++) {
            graph.node("Relu", last, "r" + i);
            last = "r" + i;
        }
        OnnxFile.read(file(graph.output(last, OnnxGraph.FLOAT, 1, 3, 64, 64))).checkMemory(1, 3, 64, 64);
    }
}
