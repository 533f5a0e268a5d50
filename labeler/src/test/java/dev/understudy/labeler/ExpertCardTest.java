package dev.understudy.labeler;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.files.DataException;
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
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What a card says of a network, and what is refused of it. */
public class ExpertCardTest extends CardNetworks {
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
