package dev.understudy.labeler;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.model.onnx.OnnxGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Networks as other exporters make them: they run, or are refused with what they have and what to do about it. */
public class ExportedNetworksTest {
    private static final int WIDTH = 24;
    private static final int HEIGHT = 16;
    private static final String NAMES = "classes: [wall, floor, bed]\nmapTo: nyud40\n";
    private static final String LOGITS = "segmentation: {tensor: logits, kind: logits}";
    private static final String UNIT = "scale: 0.0039215686, ";

    private Path folder;

    @BeforeClass
    public void make() throws IOException {
        folder = Scratch.folder("understudy-exported");
    }

    @AfterClass
    public void remove() throws IOException {
        Scratch.delete(folder);
    }

    private ExpertConfiguration card(OnnxGraph graph, String input, String outputs, String more) throws IOException {
        graph.write(folder.resolve("network.onnx"));
        Path card = Files.writeString(
                folder.resolve("card.yaml"),
                "network: {onnx: network.onnx}\ninput: {" + input + "}\noutputs: {" + outputs + "}\n" + more);
        return ExpertConfiguration.ofCard(card).build();
    }

    /** Left red, right green. */
    private static Frame halves() {
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            rgb[3 * i + (i % WIDTH < WIDTH / 2 ? 0 : 1)] = (byte) 255;
        }
        return new Frame(FrameRecord.of("a", "a.png").build(), new RgbImage(WIDTH, HEIGHT, rgb), null, null, null);
    }

    private static SegmentationEvidence segmentation(ExpertConfiguration configuration, Frame... frames) {
        try (Expert expert = NetworkExpert.load(configuration, 1)) {
            return Objects.requireNonNull(
                    expert.predict(List.of(frames)).get(frames.length - 1).segmentation());
        }
    }

    /**
     * As TensorFlow's exporters write them: channels last on both sides, bytes in, decisions with a dimension of one
     * out.
     */
    private static OnnxGraph channelsLast(int element, Object height, Object width) {
        return new OnnxGraph()
                .node("Cast", "image", "floats", OnnxGraph.attribute("to", OnnxGraph.FLOAT))
                .node("Transpose", "floats", "first", OnnxGraph.attributes("perm", 0, 3, 1, 2))
                .node("Conv", "first w", "scores")
                .floats("w", new long[] {3, 3, 1, 1}, 1, 0, 0, 0, 1, 0, 0, 0, 1)
                .node("Transpose", "scores", "logits", OnnxGraph.attributes("perm", 0, 2, 3, 1))
                .node("ArgMax", "logits", "best", OnnxGraph.attribute("axis", 3))
                .inputOf(element, "image", "N", height, width, 3)
                .output("logits", OnnxGraph.FLOAT, "N", height, width, 3)
                .output("best", OnnxGraph.LONG, "N", height, width, 1);
    }

    @DataProvider
    public Object[][] exports() {
        String best = "segmentation: {tensor: best, kind: classes}";
        return new Object[][] {
            {channelsLast(OnnxGraph.FLOAT, "h", "w"), "size: dynamic", LOGITS},
            {channelsLast(OnnxGraph.BYTE, "h", "w"), "size: dynamic", LOGITS},
            {channelsLast(OnnxGraph.BYTE, 16, 24), "size: 24x16", best},
            {channelsLast(OnnxGraph.DOUBLE, 32, 48), "size: 48x32", best},
            {channelsLast(OnnxGraph.BFLOAT16, "h", "w"), UNIT + "size: dynamic", best},
        };
    }

    @Test(dataProvider = "exports")
    public void channelsMayComeLastAndElementsBeOfEveryKind(OnnxGraph graph, String input, String outputs)
            throws IOException {
        ExpertConfiguration configuration = card(graph, input, outputs, NAMES);
        SegmentationEvidence alone = segmentation(configuration, halves());
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            boolean border = Math.abs(i % WIDTH - WIDTH / 2) < 2;
            assertTrue(border || alone.classes()[i] == (i % WIDTH < WIDTH / 2 ? 0 : 1), "pixel " + i);
        }
        assertEquals(segmentation(configuration, halves(), halves(), halves()).classes(), alone.classes());
    }

    @Test
    public void sixteenClassesAreKeptWhereTheyAreAskedFor() throws IOException {
        long seed = 20261201;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int classes = 20;
        float[] weights = new float[classes * 3];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextFloat() * 4 - 2;
        }
        String names = "classes: [wall, floor, cabinet, bed, chair, sofa, table, door, window, bookshelf, picture,"
                + " counter, blinds, desk, shelves, curtain, dresser, pillow, sea, sky]\nmapTo: nyud40\n";
        OnnxGraph graph = new OnnxGraph()
                .node("Conv", "image w", "logits")
                .floats("w", new long[] {classes, 3, 1, 1}, weights)
                .input("image", 1, 3, "h", "w")
                .output("logits", OnnxGraph.FLOAT, 1, classes, "h", "w");
        ExpertConfiguration sixteen = ExpertConfigurationBuilder.builder(
                        card(graph, UNIT + "size: dynamic", LOGITS, names))
                .topK(16)
                .build();
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        random.nextBytes(rgb);
        Frame frame =
                new Frame(FrameRecord.of("a", "a.png").build(), new RgbImage(WIDTH, HEIGHT, rgb), null, null, null);
        SegmentationEvidence evidence = segmentation(sixteen, frame);
        assertEquals(evidence.topK(), 16);
        for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
            double[] expected = probabilities(weights, classes, rgb, pixel);
            int at = pixel;
            assertEquals(
                    IntStream.range(0, 16)
                            .map(rank -> evidence.classes()[rank * WIDTH * HEIGHT + at])
                            .distinct()
                            .count(),
                    16);
            for (int rank = 0; rank < 16; rank++) {
                int place = rank * WIDTH * HEIGHT + pixel;
                int label = evidence.classes()[place] & 0xFF;
                // Sea and sky are none of the target's, and compete as one.
                double share = label == 255 ? expected[18] + expected[19] : expected[label];
                assertEquals(evidence.probability()[place] & 0xFF, 255 * share, 1, "pixel " + pixel + ", rank " + rank);
                assertTrue(
                        rank == 0
                                || (evidence.probability()[place] & 0xFF)
                                        <= (evidence.probability()[place - WIDTH * HEIGHT] & 0xFF),
                        "ranks fall");
            }
        }
    }

    private static double[] probabilities(float[] weights, int classes, byte[] rgb, int pixel) {
        double[] shares = new double[classes];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            double logit = 0;
            for (int k = 0; k < 3; k++) {
                logit += weights[3 * c + k] * (rgb[3 * pixel + k] & 0xFF) / 255.0;
            }
            shares[c] = Math.exp(logit);
            sum += shares[c];
        }
        for (int c = 0; c < classes; c++) {
            shares[c] /= sum;
        }
        return shares;
    }

    private static OnnxGraph colours(Object... image) {
        return OnnxGraph.colours(20, 0, image[0], image[2], image[3]);
    }

    private static OnnxGraph withInput(int element, Object... sides) {
        return new OnnxGraph()
                .node("Identity", "c", "logits")
                .floats("c", new long[] {1, 3, 1, 1}, 1, 2, 3)
                .inputOf(element, "image", sides)
                .output("logits", OnnxGraph.FLOAT, 1, 3, 1, 1);
    }

    @DataProvider
    public Object[][] refused() {
        String again = "export it again with ";
        OnnxGraph depth = new OnnxGraph()
                .node(
                        "ReduceMean",
                        "image",
                        "d",
                        OnnxGraph.attributes("axes", 0, 1),
                        OnnxGraph.attribute("keepdims", 0))
                .input("image", 1, 3, 16, 24)
                .output("d", OnnxGraph.FLOAT, 16, 24);
        OnnxGraph two = withInput(OnnxGraph.FLOAT, 1, 3, 16, 24).inputOf(OnnxGraph.LONG, "mask", 1, 16, 24);
        return new Object[][] {
            {
                colours(2, 3, 16, 24).output("logits", OnnxGraph.FLOAT, 2, 3, 16, 24),
                LOGITS,
                "always 2 pictures; " + again + "one picture"
            },
            {
                withInput(OnnxGraph.FLOAT, 3, 16, 24),
                LOGITS,
                "[3, 16, 24]; " + again + "an input of [1, 3, height, width]"
            },
            {withInput(OnnxGraph.FLOAT, 1, 1, 16, 24), LOGITS, again + "an input of [1, 3, height, width]"},
            {withInput(OnnxGraph.FLOAT, 1, 4, 16, 24), LOGITS, "[1, 4, 16, 24]; " + again},
            {withInput(OnnxGraph.FLOAT, 0, 3, 0, 0), LOGITS, again + "sizes that are numbers, or free"},
            {
                withInput(OnnxGraph.LONG, 1, 3, 16, 24),
                LOGITS,
                "'image' int64 [1, 3, 16, 24], which no picture is; " + again
            },
            {withInput(8, 1, 3, 16, 24), LOGITS, "'image' string"},
            {withInput(OnnxGraph.BYTE, 1, 3, 16, 24), LOGITS, "changes them by scale, mean or deviation; see what"},
            {two, LOGITS, "has 2 inputs, ['image' float32 [1, 3, 16, 24], 'mask' int64 [1, 16, 24]]"},
            {depth, "depth: {tensor: d, kind: metres}", again + "the batch as its outputs' first dimension"},
        };
    }

    @Test(dataProvider = "refused")
    public void whatIsNoPictureInAndNoMapOutIsRefusedWithWhatToDo(OnnxGraph graph, String outputs, String told)
            throws IOException {
        ExpertConfiguration configuration =
                card(graph, UNIT + "size: 24x16", outputs, outputs.startsWith("depth") ? "" : NAMES);
        DataException e = expectThrows(DataException.class, () -> ExpertPlan.of(configuration));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(told), message);
        assertTrue(message.startsWith(folder.resolve("network.onnx") + ": "), message);
        assertFalse(message.contains("\n"), message);
    }

    /** What a file does not tell is told by the first picture: the shape, and what was expected. */
    @Test
    public void anOutputWhoseShapeIsNotToldIsRefusedByTheFirstPicture() throws IOException {
        ExpertConfiguration configuration = card(
                OnnxGraph.colours(20, 2, "N", "h", "w").output("logits", OnnxGraph.FLOAT, "a", "b", "c", "d"),
                UNIT + "size: dynamic",
                LOGITS,
                NAMES);
        DataException e = expectThrows(DataException.class, () -> segmentation(configuration, halves()));
        assertTrue(
                String.valueOf(e.getMessage()).contains("'logits' is [1, 5, 16, 24], expected [1, 3, h, w]"),
                e.getMessage());
    }

    @Test
    public void aPictureOfAnotherSizeThanTheFileWasTracedWithIsRefused() throws IOException {
        OnnxGraph traced = new OnnxGraph()
                .node("Reshape", "image shape", "same")
                .longs("shape", 1, 3, 8, 8)
                .node("Identity", "same", "logits")
                .input("image", 1, 3, "h", "w")
                .output("logits", OnnxGraph.FLOAT, 1, 3, "h", "w");
        ExpertConfiguration configuration = card(traced, UNIT + "size: dynamic", LOGITS, NAMES);
        DataException e = expectThrows(DataException.class, () -> segmentation(configuration, halves()));
        assertTrue(String.valueOf(e.getMessage()).contains("shown as [1, 3, 16, 24]"), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains("give the card the size"), e.getMessage());
        assertFalse(String.valueOf(e.getMessage()).contains("onnxruntime_src"), e.getMessage());
    }
}
