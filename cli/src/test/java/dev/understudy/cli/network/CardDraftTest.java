package dev.understudy.cli.network;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.ExpertCard;
import dev.understudy.model.external.NetworkOutputs;
import dev.understudy.model.external.NetworkOutputs.DepthKind;
import dev.understudy.model.external.NetworkOutputs.Kind;
import dev.understudy.model.onnx.OnnxGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Whatever a file has, what is printed of it is a card that can be read, or says why there is none. */
public class CardDraftTest {
    private Scratch scratch;

    @BeforeClass
    public void make() throws IOException {
        scratch = Scratch.create();
    }

    @AfterClass
    public void remove() throws IOException {
        scratch.close();
    }

    private String draft(OnnxGraph graph) throws IOException {
        Path file = graph.write(scratch.resolve("network.onnx"));
        CommandLineRun run = CommandLineRun.done("expert", "inspect", file);
        return run.out();
    }

    private static ExpertCard card(String draft) {
        return ConfigurationLoader.parse("draft", draft, ExpertCard.class, List.of());
    }

    private static OnnxGraph picture() {
        return new OnnxGraph().node("Identity", "image", "y").input("image", "N", 3, "h", "w");
    }

    @DataProvider
    public Object[][] outputs() {
        return new Object[][] {
            {picture().output("y", OnnxGraph.FLOAT, "N", 5, "h", "w"), "y", new Kind.Logits()},
            {picture().output("y", OnnxGraph.DOUBLE, "N", 5, "h", "w"), "y", new Kind.Logits()},
            {picture().output("y", OnnxGraph.LONG, "N", "h", "w"), "y", new Kind.Classes()},
            {picture().output("y", OnnxGraph.INT8, "N", 1, "h", "w"), "y", new Kind.Classes()},
            {picture().output("y", OnnxGraph.BOOL, "N", "h", "w", 1), "y", new Kind.Classes()},
            {picture().output("y", OnnxGraph.FLOAT, "N", 1, "h", "w"), "y", new DepthKind.Metres()},
            {picture().output("y", OnnxGraph.HALF, "N", "h", "w"), "y", new DepthKind.Metres()},
            {picture().output("y", OnnxGraph.FLOAT, 1, 240, 320, 1), "y", new DepthKind.Metres()},
            {
                picture().output("k", OnnxGraph.FLOAT, "N", 100, 151).output("y", OnnxGraph.FLOAT, "N", 100, "h", "w"),
                "y",
                new Kind.Queries("k", "y")
            },
            {picture().output("lo'gi\nts: #ü", OnnxGraph.FLOAT, "N", 5, "h", "w"), "lo'gi\nts: #ü", new Kind.Logits()},
        };
    }

    @Test(dataProvider = "outputs")
    public void eachShapeIsGuessedAndTheDraftIsACard(OnnxGraph graph, String tensor, Object kind) throws IOException {
        NetworkOutputs outputs = Objects.requireNonNull(card(draft(graph)).outputs());
        if (kind instanceof DepthKind) {
            assertEquals(outputs.depth(), new NetworkOutputs.Depth(tensor, (DepthKind) kind));
        } else {
            boolean queries = kind instanceof Kind.Queries;
            assertEquals(outputs.segmentation(), new NetworkOutputs.Segmentation(queries ? null : tensor, (Kind) kind));
        }
    }

    @Test
    public void inputsAreDraftedInTheOrderThatTheyHave() throws IOException {
        OnnxGraph last = new OnnxGraph()
                .node("Identity", "image", "y")
                .inputOf(OnnxGraph.BYTE, "image", 1, 240, 320, 3)
                .output("y", OnnxGraph.FLOAT, 1, 240, 320, 19);
        String draft = draft(last);
        ExpertCard card = card(draft);
        assertEquals(Objects.requireNonNull(card.input()).size(), "320x240");
        assertEquals(card.input().scale(), 1.0);
        assertEquals(Objects.requireNonNull(card.classes()).names(), List.of("cityscapes19"));
        assertTrue(draft.contains("it takes 0 to 255 as they are"), draft);
    }

    @Test
    public void aFileWithNothingToDraftSaysSo() throws IOException {
        String draft = draft(picture().output("y", OnnxGraph.FLOAT, "N", 5));
        assertTrue(draft.contains("# none of the outputs has the shape of classes or depth"), draft);
        assertTrue(
                draft(picture().output("y", OnnxGraph.FLOAT, 1, 847, "h", "w")).contains("at most 255 and not 847"));
    }

    @Test
    public void namesCannotWriteToTheTerminal() throws IOException {
        String draft = draft(picture().output("\u001b[31mred", OnnxGraph.FLOAT, "N", 5, "h", "w"));
        assertFalse(draft.contains("\u001b"), draft);
        assertTrue(draft.contains("\"\\x1b[31mred\""), draft);
    }
}
