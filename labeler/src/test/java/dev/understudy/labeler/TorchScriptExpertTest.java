package dev.understudy.labeler;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.files.storage.FakeStorages;
import dev.understudy.files.storage.FolderStorage;
import dev.understudy.store.ShardPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** TorchScript files, written here as libtorch reads them: an archive with an object and its code. */
public class TorchScriptExpertTest {
    private static final int WIDTH = 40;
    private static final int HEIGHT = 20;

    private Path folder;

    @BeforeMethod
    public void make() throws IOException {
        folder = Scratch.folder("understudy-torchscript");
    }

    @AfterMethod
    public void remove() throws IOException {
        Scratch.delete(folder);
    }

    private void script(String type, String result) throws IOException {
        TorchScriptFile.write(folder.resolve("network.pt"), type, result);
    }

    private ExpertConfiguration card(String trusted, String tensor) throws IOException {
        Path card = Files.writeString(
                folder.resolve("card.yaml"),
                "network: {torchscript: network.pt" + trusted + "}\n"
                        + "input: {size: dynamic, scale: 0.0039215686}\n"
                        + "outputs: {segmentation: {tensor: " + tensor + ", kind: logits}}\n"
                        + "classes: [wall, floor, bed]\nmapTo: nyud40\n");
        return ExpertConfiguration.ofCard(card).build();
    }

    @DataProvider
    public Object[][] results() {
        return new Object[][] {
            {"Tensor", "torch.mul(x, 20.)", "\"0\""},
            {"Tuple[Tensor, Tensor]", "(x, torch.mul(x, 20.))", "\"1\""},
            {"Tuple[int, Tuple[Tensor, Tensor]]", "(3, (x, torch.mul(x, 20.)))", "\"1\""},
            {"List[Tensor]", "[x, torch.mul(x, 20.)]", "\"1\""},
            {"Dict[str, Tensor]", "{\"aux\": x, \"out\": torch.mul(x, 20.)}", "out"},
        };
    }

    /** Left red, right green: the first class and the second. */
    @Test(dataProvider = "results")
    public void outputsAreFoundByPlaceOrByName(String type, String result, String tensor) throws IOException {
        script(type, result);
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            rgb[3 * i + (i % WIDTH < WIDTH / 2 ? 0 : 1)] = (byte) 255;
        }
        FrameRecord record = FrameRecord.of("a", "a.png").build();
        ExpertConfiguration configuration = card(", trusted: true", tensor);
        try (Expert expert = NetworkExpert.load(configuration, 1)) {
            Evidence evidence = expert.predict(new Frame(record, new RgbImage(WIDTH, HEIGHT, rgb), null, null, null));
            SegmentationEvidence segmentation = Objects.requireNonNull(evidence.segmentation());
            for (int i = 0; i < WIDTH * HEIGHT; i++) {
                assertEquals(segmentation.classes()[i], i % WIDTH < WIDTH / 2 ? 0 : 1, "pixel " + i);
            }
        }
        String engine = ExpertPlan.of(configuration)
                .describe(ShardPlan.of(List.of(), 1))
                .engine();
        assertTrue(String.valueOf(engine).startsWith("libtorch "), engine);
    }

    @Test
    public void aProgramInAStorageIsFetchedAndKnownByItsBytes() throws IOException {
        script("Tensor", "torch.mul(x, 20.)");
        ExpertConfiguration here = card(", trusted: true", "\"0\"");
        Path there = Files.createDirectory(folder.resolve("storage"));
        for (String name : List.of("card.yaml", "network.pt")) {
            Files.copy(folder.resolve(name), there.resolve(name));
        }
        Path root = FakeStorages.add(new FolderStorage(there));
        ExpertConfiguration remote =
                ExpertConfiguration.ofCard(root.resolve("card.yaml")).build();
        ShardPlan frames = ShardPlan.of(List.of(), 1);
        assertEquals(
                ExpertPlan.of(remote).describe(frames).expert(),
                ExpertPlan.of(here).describe(frames).expert());
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        new Random(7).nextBytes(rgb);
        FrameRecord record = FrameRecord.of("a", "a.png").build();
        Frame frame = new Frame(record, new RgbImage(WIDTH, HEIGHT, rgb), null, null, null);
        try (Expert one = NetworkExpert.load(here, 1);
                Expert other = NetworkExpert.load(remote, 1)) {
            assertEquals(
                    Objects.requireNonNull(other.predict(frame).segmentation()).classes(),
                    Objects.requireNonNull(one.predict(frame).segmentation()).classes());
        }
        // A program that has changed is another one, and is fetched again.
        Files.delete(there.resolve("network.pt"));
        TorchScriptFile.write(there.resolve("network.pt"), "Tensor", "torch.mul(x, 40.)");
        assertNotEquals(
                ExpertPlan.of(remote).describe(frames).expert(),
                ExpertPlan.of(here).describe(frames).expert());
    }

    @Test
    public void aProgramRunsOnlyWhereItIsTrusted() throws IOException {
        script("Tensor", "torch.mul(x, 20.)");
        ExpertConfiguration configuration = card("", "\"0\"");
        ConfigurationException e = expectThrows(ConfigurationException.class, () -> ExpertPlan.of(configuration));
        assertTrue(e.getMessage().contains("is a program"), e.getMessage());
        assertTrue(e.getMessage().contains("trusted: true"), e.getMessage());
    }

    @Test
    public void itsPrecisionIsFloat32AndNoOther() throws IOException {
        script("Tensor", "torch.mul(x, 20.)");
        ExpertConfiguration configuration = card(", trusted: true", "\"0\"");
        String written = Files.readString(folder.resolve("card.yaml"));
        for (String precision : List.of("float16", "bfloat16")) {
            Files.writeString(folder.resolve("card.yaml"), written + "precision: " + precision + "\n");
            ConfigurationException e = expectThrows(ConfigurationException.class, () -> ExpertPlan.of(configuration));
            assertTrue(
                    e.getMessage().contains("precision: " + precision + ", but network.pt calculates in float32"),
                    e.getMessage());
        }
        Files.writeString(folder.resolve("card.yaml"), written + "precision: float32\n");
        assertTrue(ExpertPlan.of(configuration).engine().endsWith(", float32"));
    }

    @DataProvider
    public Object[][] noAnswers() {
        return new Object[][] {
            {"Tensor", "torch.select(x, 0, 0)", "'0' is [3, 4, 4], expected [1, 3, h, w]"},
            {"int", "3", "the program gives a int"},
            {"str", "\"wall\"", "the program gives a str"},
            {"Optional[Tensor]", "None", "the program gives a NoneType"},
            {"Tuple[int, str]", "(3, \"wall\")", "the program gives a (int, str)"},
            {"Dict[int, Tensor]", "{3: x}", "the program gives a Dict(int, Tensor)"},
            {"Tensor", "torch.matmul(x, torch.narrow(x, 0, 0, 7))", "the program fails on this picture"},
        };
    }

    @Test(dataProvider = "noAnswers")
    public void aProgramThatGivesNoAnswerIsTold(String type, String result, String told) throws IOException {
        script(type, result);
        FrameRecord record = FrameRecord.of("a", "a.png").build();
        Frame frame = new Frame(record, new RgbImage(4, 4, new byte[48]), null, null, null);
        try (Expert expert = NetworkExpert.load(card(", trusted: true", "\"0\""), 1)) {
            DataException e = expectThrows(DataException.class, () -> expert.predict(frame));
            assertTrue(String.valueOf(e.getMessage()).contains(told), e.getMessage());
            assertFalse(String.valueOf(e.getMessage()).contains("\n"), e.getMessage());
        }
    }

    @Test
    public void whatIsNoTorchScriptIsRefused() throws IOException {
        Files.writeString(folder.resolve("network.pt"), "PK and then nothing of the kind");
        ExpertConfiguration configuration = card(", trusted: true", "\"0\"");
        DataException e = expectThrows(DataException.class, () -> NetworkExpert.load(configuration, 1));
        assertTrue(String.valueOf(e.getMessage()).contains("network.pt: libtorch cannot load it"), e.getMessage());
    }

    @Test
    public void anOutputThatIsNotThereIsToldWithThoseThatAre() throws IOException {
        script("Tuple[Tensor, Tensor]", "(x, torch.mul(x, 20.))");
        ExpertConfiguration configuration = card(", trusted: true", "logits");
        FrameRecord record = FrameRecord.of("a", "a.png").build();
        Frame frame = new Frame(record, new RgbImage(4, 4, new byte[48]), null, null, null);
        try (Expert expert = NetworkExpert.load(configuration, 1)) {
            DataException e = expectThrows(DataException.class, () -> expert.predict(frame));
            assertTrue(String.valueOf(e.getMessage()).contains("no 'logits', it gives [0, 1]"), e.getMessage());
        }
    }
}
