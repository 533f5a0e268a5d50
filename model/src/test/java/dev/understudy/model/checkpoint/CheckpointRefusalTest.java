package dev.understudy.model.checkpoint;

import static dev.understudy.model.checkpoint.CheckpointBytes.golden;
import static dev.understudy.model.checkpoint.CheckpointBytes.integer;
import static dev.understudy.model.checkpoint.CheckpointBytes.pickle;
import static dev.understudy.model.checkpoint.CheckpointBytes.read;
import static dev.understudy.model.checkpoint.CheckpointBytes.tensor;
import static dev.understudy.model.checkpoint.CheckpointBytes.text;
import static dev.understudy.model.checkpoint.CheckpointBytes.zip;
import static dev.understudy.model.checkpoint.CheckpointBytes.zipAround;
import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.files.Scratch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Files that mean harm, and files that are something else. */
public class CheckpointRefusalTest {
    private static final String FOUR = "K<04>";
    private static final String ZERO = "K<00>";

    @DataProvider
    public Object[][] globals() {
        return new Object[][] {
            {"cos|system|" + text("rm -rf /") + "<85>R.", "os.system"},
            {"cbuiltins|eval|" + text("1") + "<85>R.", "builtins.eval"},
            {"c__builtin__|getattr|.", "__builtin__.getattr"},
            {"ctorch.nn.modules.container|Sequential|)<81>}b.", "torch.nn.modules.container.Sequential"},
            {"<80048c05>posix<8c06>system<93>.", "posix.system"},
            {"ctorch._utils|_rebuild_sparse_tensor|.", "torch._utils._rebuild_sparse_tensor"},
            {"ctorch|ComplexFloatStorage|.", "torch.ComplexFloatStorage"},
            {"ctorch.serialization|load|.", "torch.serialization.load"},
        };
    }

    @Test(dataProvider = "globals")
    public void aGlobalThatIsNotAllowedIsRefusedByName(String script, String name) {
        assertRefused(zipAround(pickle(script)), "the global " + name + " is not among those");
    }

    @DataProvider
    public Object[][] tensors() {
        String one = "(K<01>t";
        return new Object[][] {
            {tensor(FOUR, ZERO, "(K<05>t", one), "reaches outside its storage of 4 elements"},
            {tensor(FOUR, "K<01>", "(K<04>t", one), "reaches outside"},
            {tensor(FOUR, integer(-1), "(K<04>t", one), "reaches outside"},
            {tensor(FOUR, integer(Long.MAX_VALUE), "(K<04>t", one), "reaches outside"},
            {tensor(FOUR, ZERO, "(K<02>K<02>t", "(" + integer(Long.MAX_VALUE) + "K<01>t"), "reaches outside"},
            {tensor(FOUR, ZERO, "(K<02>t", "(" + integer(-1) + "t"), "reaches outside"},
            {tensor(FOUR, ZERO, "(" + integer(-1) + "t", one), "which cannot be"},
            {tensor(FOUR, ZERO, "(" + integer(1L << 40) + "t", "(K<00>t"), "which cannot be"},
            {tensor(FOUR, ZERO, "(J<00000010>t", "(K<00>t"), "far more memory"},
            {tensor("K<05>", ZERO, "(K<04>t", one), "has a storage of 5 elements and 4 are there"},
            {tensor(integer(1L << 62), ZERO, "(K<04>t", one), "has a storage of"},
            {tensor(FOUR, ZERO, "(K<04>K<01>t", one), "a tensor of 2 sizes and 1 strides"},
            {tensor(FOUR, ZERO, "(" + "K<01>".repeat(65) + "t", one), "65; 64 is the most"},
            {tensor(FOUR, ZERO, "(" + text("x") + "t", one), "the sizes of a tensor is no integer"},
        };
    }

    @Test(dataProvider = "tensors")
    public void aTensorStaysInItsStorage(String tensor, String problem) {
        assertRefused(zipAround(pickle("}" + text("w") + tensor + "s.")), problem);
    }

    @Test
    public void aSmallExpandedTensorIsFine() {
        Tensor expanded = read(zipAround(
                        pickle("}" + text("w") + tensor(FOUR, "K<01>", "(K<03>K<02>t", "(K<00>K<01>t") + "s.")))
                .tensors()
                .get("w");
        assertEquals(expanded.elements(), 6);
    }

    @DataProvider
    public Object[][] pickles() {
        return new Object[][] {
            {"", "pickle opcode"},
            {".", "more off its stack"},
            {"}", "pickle opcode"},
            {"h<05>.", "memo entry 5"},
            {"t.", "mark"},
            {"}(K<01>u.", "no value"},
            {"K<01>K<02>a.", "no list or tuple"},
            {"(K<01>tK<02>a.", "no list or tuple"},
            {"X<ffffffff>abc", "a string of 4294967295 bytes"},
            {"<8d" + "ff".repeat(8) + ">abc", "a string of 18446744073709551615 bytes"},
            {"<8bffffff7f>abc", "an integer of"},
            {"X<00000002>abc", "needs 33554432 bytes"},
            {"<8004><95" + "ffffffffffffff7f" + ">}.", "a frame of"},
            {"<8009>.", "protocol 9"},
            {"iabc|def|.", "opcode 0x69"},
            {"P1|.", "opcode 0x50"},
            {"X<02000000><c328>.", "not UTF-8"},
            {"c" + "a".repeat(600) + "|b|.", "longer than 512"},
            {"(" + text("module") + "NNNNtQ.", "names no storage"},
            {"K<01>.", "holds no dictionary"},
            {"}" + text("epoch") + "K<01>s.", "holds no tensors, only the keys epoch"},
            {"ctorch._utils|_rebuild_tensor_v2|)R.", "with 0 arguments"},
            {"ctorch|FloatStorage|)R.", "a call of torch.FloatStorage"},
            {"K<01>)R.", "no global"},
        };
    }

    @Test(dataProvider = "pickles")
    public void aDamagedPickleIsRefused(String script, String problem) {
        assertRefused(zipAround(pickle(script)), problem);
    }

    @Test
    public void millionsOfOperationsAreRefused() {
        for (char opcode : new char[] {'}', ']', 'N', '(', 0x94}) {
            byte[] many = new byte[1_500_000];
            Arrays.fill(many, (byte) opcode);
            many[0] = '}';
            assertRefused(zipAround(many), "1000000 operations");
        }
    }

    @Test
    public void copyingOneListOverAndOverIsRefused() {
        String list = "](" + "K<01>K<02><86>".repeat(2_000) + "eq<00>0";
        String copies = "ccollections|OrderedDict|h<00><85>R0".repeat(2_000);
        assertRefused(zipAround(pickle(list + copies + "}.")), "1000000 operations");
    }

    @Test
    public void nestingOfAnyDepthDoesNotOverflowTheStack() {
        byte[] deep = new byte[800_000];
        Arrays.fill(deep, 0, 400_000, (byte) ']');
        Arrays.fill(deep, 400_000, 799_999, (byte) 'a');
        deep[799_999] = '.';
        assertRefused(zipAround(deep), "holds no dictionary");
        StringBuilder tuples = new StringBuilder(")");
        for (int i = 0; i < 200_000; i++) {
            tuples.append("2<86>");
        }
        // As a key: Python would hash it for ever.
        assertRefused(zipAround(pickle("}" + tuples + "K<01>s.")), "holds no tensors");
    }

    @Test
    public void aDictionaryThatHoldsItselfEndsTheSearch() {
        StringBuilder script = new StringBuilder("}q<00>(");
        for (String level : StateDict.LEVELS) {
            script.append(text(level)).append("h<00>");
        }
        assertRefused(zipAround(pickle(script + "u.")), "holds no tensors");
    }

    @Test
    public void manyViewsOfOneStorageAreBounded() {
        StringBuilder script = new StringBuilder("}(");
        int big = 100_000;
        for (int i = 0; i < 40; i++) {
            script.append(text("w" + i)).append(tensor(integer(big), ZERO, "(" + integer(big) + "t", "(K<01>t"));
        }
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", pickle(script + "u."));
        entries.put("a/data/0", new byte[4 * big]);
        assertRefused(zip(entries), "too many views");
    }

    @Test
    public void zipNamesStayInsideAndAreUnique() {
        for (String name : new String[] {"../x", "/x", "a/../../x", "a\\x", "C:x"}) {
            assertRefused(zip(Map.of(name, new byte[1])), "leads outside");
        }
        byte[] twice = zip(new LinkedHashMap<>(Map.of("a/data.pkl", new byte[1], "a/data.pkm", new byte[1])));
        for (int i = 0; i < twice.length; i++) {
            twice[i] = twice[i] == 'm' ? (byte) 'l' : twice[i];
        }
        assertRefused(twice, "two zip entries a/data.pkl");
        assertRefused(zip(Map.of("a/data.pkl", new byte[1], "b/data.pkl", new byte[1])), "holds two checkpoints");
        assertRefused(zip(Map.of("a.txt", new byte[1])), "no PyTorch checkpoint");
    }

    @Test
    public void compressedEntriesAreRefused() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("a/data.pkl"));
            zip.write(new byte[1 << 20]);
        }
        assertRefused(out.toByteArray(), "is compressed");
    }

    @Test
    public void aChangedWeightIsNoticedByItsChecksum() {
        byte[] file = golden("zip.pth");
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf("zip/data/0") + 200;
        file[at] ^= (byte) 1;
        assertRefused(file, "does not match its checksum");
    }

    @Test
    public void bigEndianFilesAreRefused() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", pickle("}."));
        entries.put("a/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
        assertRefused(zip(entries), "big-endian");
    }

    @Test
    public void otherFilesAreToldApart() {
        assertRefused(new byte[0], "it is empty");
        assertRefused("version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.US_ASCII), "git lfs pull");
        assertRefused("<!DOCTYPE html>".getBytes(StandardCharsets.US_ASCII), "a web page");
        assertRefused(new byte[] {1, 2, 3}, "starts with the bytes 010203");
        assertRefused(pickle("<8003>K<01>."), "a pickle but no PyTorch checkpoint");
        assertRefused(Arrays.copyOf(golden("zip.pth"), 2_000), "without its directory");
    }

    @Test
    public void aTruncatedStreamIsRefusedWhereverItIsCut() {
        byte[] file = golden("legacy.pth.tar");
        for (int length = 0; length < file.length; length++) {
            assertRefused(Arrays.copyOf(file, length), "file: ");
        }
    }

    @Test
    public void missingFilesAndFoldersAreNamed() throws Exception {
        Path missing = Path.of("no", "such.pth");
        assertTrue(expectThrows(CheckpointException.class, () -> CheckpointReader.read(missing))
                .getMessage()
                .endsWith("such.pth: no such file"));
        Path folder = Scratch.folder("checkpoint");
        assertTrue(expectThrows(CheckpointException.class, () -> CheckpointReader.read(folder))
                .getMessage()
                .contains("is a folder"));
        Files.delete(folder);
    }

    @Test
    public void hostileNamesDoNotBreakTheLine() {
        String message = refusal(zipAround(pickle("cos\r\u0007|sys<c285>tem|.")));
        assertTrue(message.contains("os??.sys?tem"), message);
    }

    private static void assertRefused(byte[] file, String problem) {
        String message = refusal(file);
        assertTrue(message.contains(problem), message);
    }

    private static String refusal(byte[] file) {
        String message =
                expectThrows(CheckpointException.class, () -> read(file)).getMessage();
        assertTrue(message.startsWith("file: ") && !message.contains("\n"), message);
        return message;
    }
}
