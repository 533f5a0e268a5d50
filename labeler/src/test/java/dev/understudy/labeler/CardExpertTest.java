package dev.understudy.labeler;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.model.onnx.OnnxGraph;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StoreDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Networks that see colours, told about by cards: the left of the pictures is red, their right green, a stripe below
 * blue.
 */
public class CardExpertTest extends CardNetworks {
    private static final int NONE = 255;

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

    @DataProvider
    public Object[][] kinds() {
        return new Object[][] {
            {"any", "segmentation: {tensor: logits, kind: logits}"},
            {"probabilities", "segmentation: {tensor: p, kind: probabilities}"},
            {"decisions", "segmentation: {tensor: best, kind: classes}"},
        };
    }
}
