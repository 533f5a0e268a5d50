package dev.understudy.labeler;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.SafetensorsWriter;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.network.GoldenForward;
import dev.understudy.model.onnx.OnnxGraph;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StoreDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Networks that see colours, told about by cards: the left of the pictures is red, their right green, a stripe below
 * blue.
 */
public class CardExpertTest {
    private static final int WIDTH = 60;
    private static final int HEIGHT = 40;

    /** Classes of nyud40 that red, green and blue are mapped to. */
    private static final int WALL = 0;

    private static final int FLOOR = 1;
    private static final int BED = 3;
    private static final int NONE = 255;

    private static final String MAP = "classes: [red, green, blue, never, nothing]\nmapTo: nyud40\n"
            + "map: {red: wall, green: floor, blue: bed}\n";

    private Path folder;

    @BeforeClass
    public void make() throws IOException {
        folder = Scratch.folder("understudy-cards");
        write("fixed", OnnxGraph.colours(20, 2, 1, 32, 48), "logits", OnnxGraph.FLOAT, 1, 5, 32, 48);
        write("any", OnnxGraph.colours(20, 2, "N", "h", "w"), "logits", OnnxGraph.FLOAT, "N", 5, "h", "w");
        write(
                "probabilities",
                OnnxGraph.colours(20, 2, "N", "h", "w").node("Softmax", "logits", "p", OnnxGraph.attribute("axis", 1)),
                "p",
                OnnxGraph.FLOAT,
                "N",
                5,
                "h",
                "w");
        write(
                "decisions",
                OnnxGraph.colours(20, 2, "N", "h", "w")
                        .node(
                                "ArgMax",
                                "logits",
                                "best",
                                OnnxGraph.attribute("axis", 1),
                                OnnxGraph.attribute("keepdims", 0)),
                "best",
                OnnxGraph.LONG,
                "N",
                "h",
                "w");
        write("depth", depth(), "metres", OnnxGraph.FLOAT, "N", 1, "h", "w");
        queries()
                .output("kinds", OnnxGraph.FLOAT, 1, 2, 4)
                .output("logits", OnnxGraph.FLOAT, 1, 2, 32, 48)
                .write(folder.resolve("queries.onnx"));
    }

    private void write(String name, OnnxGraph graph, String output, int type, Object... sides) throws IOException {
        graph.output(output, type, sides).write(folder.resolve(name + ".onnx"));
    }

    /** Red counts 4 m and green 2 m, so blue is at 0. */
    private static OnnxGraph depth() {
        return new OnnxGraph()
                .node("Conv", "image w", "metres")
                .floats("w", new long[] {1, 3, 1, 1}, 4, 2, 0)
                .input("image", "N", 3, "h", "w");
    }

    /** Two queries: one sees red and is of class 0, one sees green and is of class 1; nobody asks for blue. */
    private static OnnxGraph queries() {
        return new OnnxGraph()
                .node("Conv", "image w b", "logits")
                .floats("w", new long[] {2, 3, 1, 1}, 40, 0, 0, 0, 40, 0)
                .floats("b", new long[] {2}, -20, -20)
                .floats("k", new long[] {1, 2, 4}, 10, 0, 0, 0, 0, 10, 0, 0)
                .node("Identity", "k", "kinds")
                .input("image", 1, 3, 32, 48);
    }

    @AfterClass
    public void remove() throws IOException {
        Scratch.delete(folder);
    }

    private Path card(String network, String input, String outputs, String more) throws IOException {
        String card = "network: {onnx: " + network + ".onnx}\ninput: {scale: 0.0039215686, " + input + "}\noutputs: {"
                + outputs + "}\n" + more;
        return Files.writeString(folder.resolve("card.yaml"), card);
    }

    private static Frame frame(String id, int width, int height) {
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++) {
            int channel = i / width >= height * 3 / 4 ? 2 : i % width < width / 2 ? 0 : 1;
            rgb[3 * i + channel] = (byte) 255;
        }
        return new Frame(FrameRecord.of(id, id + ".png").build(), new RgbImage(width, height, rgb), null, null, null);
    }

    private static Evidence evidence(ExpertConfiguration configuration, Frame frame) {
        try (Expert expert = NetworkExpert.load(configuration, 2)) {
            return expert.predict(frame);
        }
    }

    private static SegmentationEvidence segmentation(Path card) {
        return Objects.requireNonNull(evidence(ExpertConfiguration.ofCard(card).build(), frame("a", WIDTH, HEIGHT))
                .segmentation());
    }

    private static int label(SegmentationEvidence evidence, int x, int y) {
        return evidence.classes()[y * WIDTH + x] & 0xFF;
    }

    /** Beside the borders, where interpolation mixes. */
    private static void assertColours(SegmentationEvidence evidence, int blue) {
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                boolean border = Math.abs(x + 0.5 - WIDTH / 2.0) < 2 && y < 32 || Math.abs(y + 0.5 - 30) < 2;
                int expected = y >= 30 ? blue : x < WIDTH / 2 ? WALL : FLOOR;
                assertTrue(
                        border || label(evidence, x, y) == expected,
                        "pixel " + x + ", " + y + " is " + label(evidence, x, y) + ", expected " + expected);
            }
        }
    }

    @DataProvider
    public Object[][] inputs() {
        return new Object[][] {
            {"fixed", "size: 48x32, fit: stretch"},
            {"fixed", "size: 48x32, fit: pad"},
            {"fixed", "size: 48x32, fit: crop"},
            {"any", "size: dynamic, fit: stretch, multipleOf: 16"},
            {"any", "size: dynamic, fit: pad, multipleOf: 64, pad: 128"},
            {"any", "size: 33x65, fit: pad, pad: 128"},
            {"any", "size: dynamic, shortSide: 80, resize: antialiased"},
            {"any", "size: dynamic, shortSide: 20, resize: antialiased"},
            {"any", "size: dynamic, resize: bicubic, shortSide: 50"},
        };
    }

    @Test(dataProvider = "inputs")
    public void labelsLieWhereThePictureHasThemHoweverItWasShown(String network, String input) throws IOException {
        assertColours(segmentation(card(network, input, "segmentation: {tensor: logits, kind: logits}", MAP)), BED);
    }

    @Test
    public void aMirroredViewIsTurnedBack() throws IOException {
        Path card = card(
                "any", "size: dynamic, fit: pad, multipleOf: 64", "segmentation: {tensor: logits, kind: logits}", MAP);
        ExpertConfiguration views = ExpertConfiguration.ofCard(card)
                .mirror(true)
                .scales(List.of(1.0, 0.5))
                .build();
        SegmentationEvidence evidence = Objects.requireNonNull(
                evidence(views, frame("a", WIDTH, HEIGHT)).segmentation());
        assertColours(evidence, BED);
        assertEquals(evidence.agreement()[0] & 0xFF, 255);
    }

    @Test
    public void whatACropLeavesOutIsNotKnown() throws IOException {
        Path card = card("any", "size: 32x32, fit: crop", "segmentation: {tensor: logits, kind: logits}", MAP);
        SegmentationEvidence evidence = segmentation(card);
        for (int x = 0; x < WIDTH; x++) {
            boolean seen = x >= 10 && x < 50;
            int pixel = 5 * WIDTH + x;
            assertEquals(label(evidence, x, 5), !seen ? NONE : x < 30 ? WALL : FLOOR, "column " + x);
            assertEquals(evidence.probability()[pixel] == 0, !seen, "column " + x);
            assertEquals(evidence.entropy()[pixel] == (byte) 255, !seen, "column " + x);
        }
    }

    @DataProvider
    public Object[][] kinds() {
        return new Object[][] {
            {"any", "segmentation: {tensor: logits, kind: logits}"},
            {"probabilities", "segmentation: {tensor: p, kind: probabilities}"},
            {"decisions", "segmentation: {tensor: best, kind: classes}"},
        };
    }

    @Test(dataProvider = "kinds")
    public void everyKindOfOutputSaysTheSame(String network, String outputs) throws IOException {
        SegmentationEvidence evidence = segmentation(card(network, "size: dynamic", outputs, MAP));
        assertColours(evidence, BED);
        assertTrue((evidence.probability()[0] & 0xFF) > 250, "sure");
    }

    @Test
    public void queriesSayWhoseMaskItIsAndWhatNobodyClaimsIsNone() throws IOException {
        Path card = card(
                "queries",
                "size: 48x32",
                "segmentation: {kind: {queries: {classes: kinds, masks: logits}}}",
                "classes: [red, green, other]\nmapTo: nyud40\nmap: {red: wall, green: floor}\n");
        SegmentationEvidence evidence = segmentation(card);
        assertColours(evidence, NONE);
    }

    @Test
    public void depthIsInMetresWhateverTheNetworkSays() throws IOException {
        DepthEvidence direct = depthOf(
                ExpertConfiguration.ofCard(card("depth", "size: dynamic", "depth: {tensor: metres, kind: metres}", ""))
                        .build());
        assertEquals(direct.metres()[0], 4f, 1e-4f);
        assertEquals(direct.metres()[WIDTH - 1], 2f, 1e-4f);
        assertEquals(direct.metres()[WIDTH * HEIGHT - 1], 0f, "below the floor of depths nothing is known");
        DepthEvidence turned = depthOf(ExpertConfiguration.ofCard(card(
                        "depth",
                        "size: dynamic",
                        "depth: {tensor: metres, kind: {inverse: {scale: 0.05, shift: 0}}}",
                        ""))
                .mirror(true)
                .build());
        assertEquals(turned.metres()[0], 5f, 1e-4f);
        assertEquals(turned.metres()[WIDTH - 1], 10f, 1e-4f);
        assertEquals(turned.metres()[WIDTH * HEIGHT - 1], 0f);
    }

    private static DepthEvidence depthOf(ExpertConfiguration configuration) {
        return Objects.requireNonNull(
                evidence(configuration, frame("a", WIDTH, HEIGHT)).depth());
    }

    @Test
    public void severalFramesAtOnceSayWhatEachSaysAlone() throws IOException {
        long seed = 20260718;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Frame> frames = new ArrayList<>();
        for (int[] size : new int[][] {{60, 40}, {30, 50}, {60, 40}, {60, 40}, {30, 50}}) {
            byte[] rgb = new byte[size[0] * size[1] * 3];
            random.nextBytes(rgb);
            frames.add(new Frame(
                    FrameRecord.of("f" + frames.size(), "f.png").build(),
                    new RgbImage(size[0], size[1], rgb),
                    null,
                    null,
                    null));
        }
        for (String network : List.of("any", "fixed")) {
            String input = network.equals("any") ? "size: dynamic, multipleOf: 16" : "size: 48x32, fit: pad";
            Path card = card(network, input, "segmentation: {tensor: logits, kind: logits}", MAP);
            ExpertConfiguration configuration =
                    ExpertConfiguration.ofCard(card).mirror(true).build();
            try (Expert expert = NetworkExpert.load(configuration, 1)) {
                List<Evidence> together = expert.predict(frames);
                for (int i = 0; i < frames.size(); i++) {
                    SegmentationEvidence alone =
                            Objects.requireNonNull(expert.predict(frames.get(i)).segmentation());
                    SegmentationEvidence batched =
                            Objects.requireNonNull(together.get(i).segmentation());
                    assertEquals(batched.classes(), alone.classes(), network + " " + i);
                    assertEquals(batched.probability(), alone.probability(), network + " " + i);
                    assertEquals(batched.entropy(), alone.entropy(), network + " " + i);
                }
            }
        }
    }

    /** Wall has 40 %, armchair 30 and chair 25: alone the wall wins, but the chairs are one class of the target's. */
    @Test
    public void classesThatBecomeOneAddUpBeforeTheDecision() throws IOException {
        new OnnxGraph()
                .node("Conv", "image w b", "p")
                .floats("w", new long[] {4, 3, 1, 1}, new float[12])
                .floats("b", new long[] {4}, 0.4f, 0.3f, 0.25f, 0.05f)
                .input("image", 1, 3, 8, 8)
                .output("p", OnnxGraph.FLOAT, 1, 4, 8, 8)
                .write(folder.resolve("shares.onnx"));
        SegmentationEvidence evidence = segmentation(card(
                "shares",
                "size: 8x8",
                "segmentation: {tensor: p, kind: probabilities}",
                "classes: [wall, armchair, chair, sky]\nmapTo: nyud40\nmap: {armchair: chair}\n"));
        int chair = 4;
        assertEquals(label(evidence, 5, 5), chair);
        assertEquals(evidence.probability()[0] & 0xFF, Math.round(0.55 * 255), 1);
        assertEquals(evidence.classes()[WIDTH * HEIGHT] & 0xFF, WALL);
    }

    /** The target has no word for it, and the class that it has comes second: none wins, and nothing is confident. */
    @Test
    public void aPixelOfAClassThatTheTargetLacksIsNone() throws IOException {
        SegmentationEvidence evidence = segmentation(card(
                "any",
                "size: dynamic",
                "segmentation: {tensor: logits, kind: logits}",
                "classes: [wall, floor, sea, sky, lake]\nmapTo: nyud40\n"));
        assertColours(evidence, NONE);
        ExpertPlan plan = ExpertPlan.of(
                ExpertConfiguration.ofCard(folder.resolve("card.yaml")).topK(16).build());
        assertEquals(plan.topK(), 2);
        assertEquals(plan.knownClasses(), List.of(WALL, FLOOR));
        StoreDescription store = plan.describe(ShardPlan.of(List.of(), 1));
        assertEquals(store.knownClasses(), List.of(WALL, FLOOR));
    }

    @Test
    public void aClassSpaceMapsItselfAsItDeclares() throws IOException {
        OnnxGraph.colours(1, 16, 1, 8, 8)
                .output("logits", OnnxGraph.FLOAT, 1, 19, 8, 8)
                .write(folder.resolve("streets.onnx"));
        String outputs = "segmentation: {tensor: logits, kind: logits}";
        ExpertPlan declared = ExpertPlan.of(ExpertConfiguration.ofCard(
                        card("streets", "size: 8x8", outputs, "classes: cityscapes19\nmapTo: kitti6\n"))
                .build());
        assertEquals(Objects.requireNonNull(declared.labels()).name(), "kitti6");
        assertNull(declared.knownClasses(), "it can say all six");
        ExpertPlan own = ExpertPlan.of(
                ExpertConfiguration.ofCard(card("streets", "size: 8x8", outputs, "classes: cityscapes19\n"))
                        .build());
        assertEquals(Objects.requireNonNull(own.labels()).name(), "cityscapes19");
    }

    @Test
    public void cardFileEngineAndInputAreAllPartOfTheFingerprint() throws IOException {
        String outputs = "segmentation: {tensor: logits, kind: logits}";
        List<String> each = new ArrayList<>();
        each.add(digest(card("any", "size: dynamic", outputs, MAP)));
        each.add(digest(card("any", "size: dynamic, order: bgr", outputs, MAP)));
        each.add(digest(card("fixed", "size: 48x32", outputs, MAP)));
        each.add(digest(card("any", "size: dynamic", outputs, MAP.replace("blue: bed", "blue: none"))));
        each.add(digest(card("any", "size: dynamic", outputs, MAP + "interpolation: bicubic\n")));
        assertEquals(each.stream().distinct().count(), 5);
        StoreDescription store = ExpertPlan.of(
                        ExpertConfiguration.ofCard(folder.resolve("card.yaml")).build())
                .describe(ShardPlan.of(List.of(), 1));
        assertTrue(String.valueOf(store.engine()).startsWith("onnxruntime "), store.engine());
    }

    private static String digest(Path card) {
        return ExpertPlan.of(ExpertConfiguration.ofCard(card).build())
                .describe(ShardPlan.of(List.of(), 1))
                .fingerprint()
                .digest();
    }

    @Test
    public void aCardThatWasWrittenOutIsTheSameCard() throws IOException {
        ExpertCard card = ExpertCard.load(card(
                "queries",
                "size: dynamic, shortSide: 80",
                "segmentation: {kind: {queries: {classes: kinds, masks: logits}}}, depth: {tensor: d, kind: inverse}",
                MAP));
        assertEquals(
                ConfigurationLoader.parse("again", ConfigurationWriter.toYaml(card), ExpertCard.class, List.of()),
                card);
    }

    @DataProvider
    public Object[][] misfits() {
        String logits = "segmentation: {tensor: logits, kind: logits}";
        return new Object[][] {
            {"any", "size: dynamic", "segmentation: {tensor: logit, kind: logits}", MAP, "it has ['logits' float32"},
            {"any", "size: dynamic", logits, MAP.replace(", nothing", ""), "the card expects [N, 4, h, w]"},
            {"fixed", "size: 32x48", logits, MAP, "'image' float32 [1, 3, 32, 48]"},
            {"fixed", "size: dynamic", logits, MAP, "of any size"},
            {"depth", "size: dynamic", "depth: {tensor: nothing, kind: metres}", "", "'metres' float32 [N, 1, h, w]"},
            {"decisions", "size: dynamic", "segmentation: {tensor: best, kind: logits}", MAP, "'best' int64 [N, h, w]"},
            {"missing", "size: dynamic", logits, MAP, "missing.onnx: there is no such file"},
        };
    }

    @Test(dataProvider = "misfits")
    public void aFileThatDoesNotFitItsCardIsRefusedWithWhatItHas(
            String network, String input, String outputs, String more, String told) throws IOException {
        Path card = card(network, input, outputs, more);
        DataException e = expectThrows(
                DataException.class,
                () -> ExpertPlan.of(ExpertConfiguration.ofCard(card).build()));
        assertTrue(String.valueOf(e.getMessage()).contains(told), e.getMessage());
    }

    @DataProvider
    public Object[][] mistakes() {
        String logits = "outputs: {segmentation: {tensor: logits, kind: logits}}\n";
        String input = "network: {onnx: any.onnx}\ninput: {size: dynamic}\n";
        return new Object[][] {
            {input + logits + MAP + "classess: [a]\n", "did you mean 'classes'"},
            {input + logits, "'classes' must be there"},
            {input + logits + "classes: [a, b, b]\n", "found 'b' again"},
            {input + logits + "classes: [a, b, c, d, e]\n", "'mapTo'"},
            {input + logits + MAP.replace("red: wall", "rot: wall"), "'rot' is none of the expert's classes"},
            {input + logits + MAP.replace("red: wall", "red: wal"), "did you mean 'wall'"},
            {
                input + logits + MAP.replace("{red: wall, green: floor, blue: bed}", "{}"),
                "none of the expert's classes is"
            },
            {input + "outputs: {}\n", "'segmentation' or 'depth' must be there"},
            {input + logits.replace("kind: logits", "kind: logit") + MAP, "did you mean 'logits'"},
            {input + logits.replace("tensor: logits, ", "") + MAP, "'tensor' must be there"},
            {"network: {}\n", "one of them"},
            {"network: {torchscript: a.pt}\ninput: {size: dynamic}\n" + logits + MAP, "trusted: true"},
            {input.replace("any.onnx}", "any.onnx, trusted: true}") + logits + MAP, "'trusted' goes with"},
            {"network: {architecture: lw-refinenet50}\n", "'checkpoint' and 'architecture' go together"},
        };
    }

    @Test(dataProvider = "mistakes")
    public void mistakesInACardAreTold(String text, String told) throws IOException {
        Path card = Files.writeString(folder.resolve("card.yaml"), text);
        ConfigurationException e = expectThrows(
                ConfigurationException.class,
                () -> ExpertPlan.of(ExpertConfiguration.ofCard(card).build()));
        assertTrue(e.getMessage().contains(told), e.getMessage());
        assertFalse(e.getMessage().lines().count() > 3, e.getMessage());
    }

    @Test
    public void aFloat16FileIsFedFloat16AndSaysSo() throws IOException {
        OnnxGraph.halfColours("h", "w").write(folder.resolve("half.onnx"));
        String outputs = "segmentation: {tensor: logits, kind: logits}";
        String names = "classes: [wall, floor, bed]\nmapTo: nyud40\n";
        Path card = card("half", "size: dynamic", outputs, names + "precision: float16\n");
        assertColours(segmentation(card), BED);
        ExpertPlan plan = ExpertPlan.of(ExpertConfiguration.ofCard(card).build());
        assertTrue(plan.engine().endsWith(", float16"), plan.engine());
        String auto = digest(card("half", "size: dynamic", outputs, names));
        assertEquals(auto, digest(card("half", "size: dynamic", outputs, names + "precision: float16\n")));
    }

    @DataProvider
    public Object[][] precisions() {
        return new Object[][] {
            {"half", "float32", "half.onnx calculates in float16"},
            {"any", "float16", "any.onnx calculates in float32"},
            {"any", "bfloat16", "any.onnx calculates in float32"},
        };
    }

    @Test(dataProvider = "precisions")
    public void aPrecisionThatTheFileDoesNotHaveIsRefused(String network, String precision, String told)
            throws IOException {
        OnnxGraph.halfColours("h", "w").write(folder.resolve("half.onnx"));
        String names = network.equals("half") ? "classes: [wall, floor, bed]\nmapTo: nyud40\n" : MAP;
        Path card = card(
                network,
                "size: dynamic",
                "segmentation: {tensor: logits, kind: logits}",
                names + "precision: " + precision + "\n");
        ConfigurationException e = expectThrows(
                ConfigurationException.class,
                () -> ExpertPlan.of(ExpertConfiguration.ofCard(card).build()));
        assertTrue(e.getMessage().contains("precision: " + precision + ", but " + told), e.getMessage());
    }

    /** The file is read first, so that it must be there. */
    @Test
    public void aBuiltInNetworkTakesItsPrecisionFromTheCardOrFromWhatGoesBeforeIt() throws IOException {
        Checkpoint weights = GoldenForward.of("lw-refinenet50").checkpoint();
        SafetensorsWriter.write(folder.resolve("weights.safetensors"), weights);
        Map<String, String> digests = new HashMap<>();
        for (String precision : List.of("auto", "float32", "bfloat16", "float16")) {
            Path card = Files.writeString(
                    folder.resolve("card.yaml"),
                    "network: {architecture: lw-refinenet50, checkpoint: weights.safetensors}\nprecision: " + precision
                            + "\n");
            ExpertPlan plan = ExpertPlan.of(ExpertConfiguration.ofCard(card).build());
            String told = Precision.parse(precision).ofBuiltIn().key();
            assertTrue(plan.engine().endsWith(", " + told), plan.engine());
            digests.put(precision, plan.fingerprint());
            ExpertPlan other = ExpertPlan.of(ExpertConfiguration.ofCard(card)
                    .precision(Precision.BFLOAT16)
                    .build());
            assertTrue(other.engine().endsWith(", bfloat16"), other.engine());
        }
        assertEquals(digests.get("auto"), digests.get(Precision.AUTO.ofBuiltIn().key()));
        assertEquals(new HashSet<>(digests.values()).size(), 3);
        ExpertPlan half = ExpertPlan.of(
                ExpertConfiguration.ofCard(folder.resolve("card.yaml")).build());
        ConfigurationException e = expectThrows(ConfigurationException.class, () -> half.build(1));
        assertTrue(
                e.getMessage().startsWith("precision: float16, but here networks are calculated in it on GPUs only"));
    }

    @Test
    public void scalesNeedASizeThatMayChange() throws IOException {
        Path card = card("fixed", "size: 48x32", "segmentation: {tensor: logits, kind: logits}", MAP);
        ConfigurationException e = expectThrows(
                ConfigurationException.class,
                () -> ExpertPlan.of(ExpertConfiguration.ofCard(card)
                        .scales(List.of(0.5, 1.0))
                        .build()));
        assertTrue(e.getMessage().contains("fixed size 48x32"), e.getMessage());
    }
}
