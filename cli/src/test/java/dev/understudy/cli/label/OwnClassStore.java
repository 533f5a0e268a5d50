package dev.understudy.cli.label;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import dev.understudy.model.onnx.OnnxGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** A store of labels in a class space of a user's own, whose file is gone once the store is there. */
public abstract class OwnClassStore {
    static final ObjectMapper JSON = new ObjectMapper();
    static final int FRAMES = 6;
    static final int WIDTH = 48;
    static final int HEIGHT = 32;
    static final String CLASSES = """
            name: paint
            classes:
              - {name: rouge, colour: [200, 10, 20]}
              - {name: vert, colour: [10, 200, 20]}
              - {name: bleu, colour: [10, 20, 200]}
            """;

    Scratch scratch;
    Path card;
    Path frames;
    Path store;

    @BeforeClass
    public void label() throws IOException {
        scratch = Scratch.create();
        Path elsewhere = Files.createDirectories(scratch.resolve("else where"));
        Path classes = Files.writeString(elsewhere.resolve("paint.yml"), CLASSES);
        Path raw = Files.createDirectories(scratch.resolve("raw"));
        List<String> list = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            list.add(frame(raw, i));
        }
        Files.write(raw.resolve("list.txt"), list);
        frames = scratch.resolve("frames");
        done(
                "dataset",
                "import",
                "list",
                "--root",
                raw,
                "--list",
                raw.resolve("list.txt"),
                "--classes",
                classes,
                "--depth-scale",
                1000,
                "--scene",
                "(s[0-9])",
                "--out",
                frames);
        place();
        card = OnnxGraph.coloursCard(scratch.path(), """
                mapTo: else where/paint.yml
                map: {red: rouge, green: vert, blue: bleu}
                """);
        store = scratch.resolve("store");
        CommandLineRun run = label(store, classes);
        assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        assertTrue(run.out().contains("rouge"), run.out());
        Files.delete(classes);
    }

    @AfterClass(alwaysRun = true)
    public void remove() throws IOException {
        scratch.close();
    }

    CommandLineRun label(Path into, Path classes) {
        return CommandLineRun.of(
                "label",
                "--expert",
                card,
                "--map-to",
                classes,
                "--manifest",
                frames,
                "--frames",
                "all",
                "--store",
                into,
                "--master",
                "local[2]");
    }

    /** Red, green and blue stripes; the annotation calls the red that is nearest to the green green. */
    static String frame(Path raw, int number) throws IOException {
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        byte[] labels = new byte[WIDTH * HEIGHT];
        int border = 12 + 2 * number;
        for (int i = 0; i < labels.length; i++) {
            int x = i % WIDTH;
            int colour = i / WIDTH >= 24 ? 2 : x < border ? 0 : 1;
            rgb[3 * i + colour] = (byte) 255;
            labels[i] = (byte) (colour == 0 && x >= border - 4 ? 1 : colour);
        }
        String name = "s" + number / 2 + "-f" + number;
        RgbFiles.writePng(raw.resolve(name + ".png"), new RgbImage(WIDTH, HEIGHT, rgb));
        Files.move(grey(raw, labels), raw.resolve(name + "-labels.png"));
        float[] metres = new float[WIDTH * HEIGHT];
        Arrays.fill(metres, 2);
        DepthFiles.write(raw.resolve(name + "-depth.png"), new DepthMap(WIDTH, HEIGHT, metres), 1000);
        return name + ".png\t" + name + "-labels.png\t" + name + "-depth.png";
    }

    static Path grey(Path raw, byte[] labels) throws IOException {
        Path file = raw.resolve("labels.png");
        LabelFiles.write(
                file,
                new LabelMap(WIDTH, HEIGHT, labels),
                ClassSpace.load("kitti6").palette());
        return file;
    }

    /** Poses and cameras, which lists cannot tell. */
    void place() throws IOException {
        Path manifest = frames.resolve(Manifest.FILE_NAME);
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(manifest)) {
            ObjectNode frame = (ObjectNode) JSON.readTree(line);
            frame.set("pose", JSON.readTree("[1,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,1]"));
            frame.set("intrinsics", JSON.readTree("{\"fx\":40,\"fy\":40,\"cx\":23.5,\"cy\":15.5}"));
            lines.add(JSON.writeValueAsString(frame));
        }
        Files.write(manifest, lines);
    }

    static CommandLineRun done(Object... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(run.exitCode(), ExitCode.DONE, run.err() + run.out());
        return run;
    }
}
