package dev.understudy.labeler;

import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import dev.understudy.model.onnx.OnnxGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/**
 * Small ONNX networks that see colours, and cards for them. The left of the pictures is red, their right green, a
 * stripe below blue.
 */
public abstract class CardNetworks {
    static final int WIDTH = 60;
    static final int HEIGHT = 40;
    /** Classes of nyud40 that red, green and blue are mapped to. */
    static final int WALL = 0;

    static final int FLOOR = 1;
    static final int BED = 3;

    static final String MAP = "classes: [red, green, blue, never, nothing]\nmapTo: nyud40\n"
            + "map: {red: wall, green: floor, blue: bed}\n";

    Path folder;

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

    void write(String name, OnnxGraph graph, String output, int type, Object... sides) throws IOException {
        graph.output(output, type, sides).write(folder.resolve(name + ".onnx"));
    }

    /** Red counts 4 m and green 2 m, so blue is at 0. */
    static OnnxGraph depth() {
        return new OnnxGraph()
                .node("Conv", "image w", "metres")
                .floats("w", new long[] {1, 3, 1, 1}, 4, 2, 0)
                .input("image", "N", 3, "h", "w");
    }

    /** Two queries: one sees red and is of class 0, one sees green and is of class 1; nobody asks for blue. */
    static OnnxGraph queries() {
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

    Path card(String network, String input, String outputs, String more) throws IOException {
        String card = "network: {onnx: " + network + ".onnx}\ninput: {scale: 0.0039215686, " + input + "}\noutputs: {"
                + outputs + "}\n" + more;
        return Files.writeString(folder.resolve("card.yaml"), card);
    }

    static Frame frame(String id, int width, int height) {
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++) {
            int channel = i / width >= height * 3 / 4 ? 2 : i % width < width / 2 ? 0 : 1;
            rgb[3 * i + channel] = (byte) 255;
        }
        return new Frame(FrameRecord.of(id, id + ".png").build(), new RgbImage(width, height, rgb), null, null, null);
    }

    static Evidence evidence(ExpertConfiguration configuration, Frame frame) {
        try (Expert expert = NetworkExpert.load(configuration, 2)) {
            return expert.predict(frame);
        }
    }

    static SegmentationEvidence segmentation(Path card) {
        return Objects.requireNonNull(evidence(ExpertConfiguration.ofCard(card).build(), frame("a", WIDTH, HEIGHT))
                .segmentation());
    }

    /** Beside the borders, where interpolation mixes. */
    static void assertColours(SegmentationEvidence evidence, int blue) {
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

    static int label(SegmentationEvidence evidence, int x, int y) {
        return evidence.classes()[y * WIDTH + x] & 0xFF;
    }
}
