package dev.understudy.cli.label;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import dev.understudy.model.onnx.OnnxGraph;
import dev.understudy.pipeline.label.StoreBytes;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * A user's way with a network of his own: a card, a try, labels, scores. The network sees colours; so do the frames.
 */
public class LabelCardIT {
    private static final int FRAMES = 5;
    private static final int WIDTH = 60;
    private static final int HEIGHT = 40;

    private Scratch scratch;
    private Path frames;
    private Path card;
    private Path depth;

    @BeforeClass
    public void make() throws IOException {
        scratch = Scratch.create();
        frames = Files.createDirectories(scratch.resolve("frames"));
        List<String> manifest = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            manifest.add(frame(i));
        }
        Files.write(frames.resolve("manifest.jsonl"), manifest);
        card = OnnxGraph.coloursCard(scratch.path(), """
                mapTo: nyud40
                map: {red: wall, green: floor, blue: none}
                """);
        new OnnxGraph()
                .node("Conv", "image w", "metres")
                .floats("w", new long[] {1, 3, 1, 1}, 4, 2, 1)
                .input("image", 1, 3, 32, 48)
                .output("metres", OnnxGraph.FLOAT, 1, 1, 32, 48)
                .write(scratch.resolve("depth.onnx"));
        depth = Files.writeString(scratch.resolve("depth.yaml"), """
                network: {onnx: depth.onnx}
                input: {size: 48x32, scale: 0.00392156862745098}
                outputs:
                  depth: {tensor: metres, kind: metres}
                """);
    }

    /** Left red and wall, right green and floor, below blue and bed. */
    private String frame(int number) throws IOException {
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        byte[] labels = new byte[WIDTH * HEIGHT];
        int border = 20 + 5 * number;
        for (int i = 0; i < labels.length; i++) {
            int colour = i / WIDTH >= 30 ? 2 : i % WIDTH < border ? 0 : 1;
            rgb[3 * i + colour] = (byte) 255;
            labels[i] = (byte) (colour == 2 ? 3 : colour);
        }
        String name = "f" + number;
        RgbFiles.writePng(frames.resolve(name + ".png"), new RgbImage(WIDTH, HEIGHT, rgb));
        LabelFiles.write(
                frames.resolve(name + "-labels.png"),
                new LabelMap(WIDTH, HEIGHT, labels),
                ClassSpace.load("nyud40").palette());
        return "{\"id\":\"" + name + "\",\"rgb\":\"" + name + ".png\",\"segmentation\":\"" + name
                + "-labels.png\",\"classes\":\"nyud40\"}";
    }

    @AfterClass
    public void remove() throws IOException {
        scratch.close();
    }

    private static CommandLineRun done(Object... arguments) {
        CommandLineRun run = CommandLineRun.done(arguments);
        return run;
    }

    private CommandLineRun label(String store, Object... more) {
        CommandLineRun run = labelled(store, more);
        assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        return run;
    }

    private CommandLineRun labelled(String store, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "label",
                "--expert",
                card,
                "--manifest",
                frames,
                "--frames",
                "all",
                "--store",
                scratch.resolve(store),
                "--master",
                "local[2]"));
        arguments.addAll(List.of(more));
        return CommandLineRun.of(arguments.toArray());
    }

    @Test
    public void framesAreLabelledByACardAloneAndBesideOthers() throws IOException {
        CommandLineRun alone = label("alone");
        assertTrue(alone.out().contains("5 frames labelled, 0 quarantined"), alone.out());
        label("batched", "--set", "batch=3", "--also", depth + "=" + scratch.resolve("depths"));
        CommandLineRun otherBatch = labelled("batched");
        assertEquals(otherBatch.exitCode(), ExitCode.USAGE, otherBatch.err());
        assertTrue(otherBatch.err().contains("batches of 3"), otherBatch.err());
        try (LabelStore batched = LabelStore.open(scratch.resolve("batched"));
                LabelStore one = LabelStore.open(scratch.resolve("alone"))) {
            for (String id : one.ids()) {
                assertEquals(
                        Objects.requireNonNull(batched.get(id).segmentation()).classes(),
                        Objects.requireNonNull(one.get(id).segmentation()).classes());
            }
        }
        try (LabelStore store = LabelStore.open(scratch.resolve("alone"));
                LabelStore depths = LabelStore.open(scratch.resolve("depths"))) {
            assertEquals(store.description().knownClasses(), List.of(0, 1));
            assertTrue(String.valueOf(store.description().engine()).startsWith("onnxruntime"));
            assertTrue(depths.description().hasDepth() && !depths.description().hasSegmentation());
            assertEquals(depths.ids(), store.ids());
        }
        String again = Files.readString(scratch.resolve("depths").resolve("label.yaml"));
        assertTrue(again.contains("depth.yaml") && !again.contains("colours.yaml"), again);
    }

    @Test
    public void theCardItsStoreAndItsPicturesSayTheSame() throws IOException {
        label("scored");
        CommandLineRun byStore = done("evaluate", "--store", scratch.resolve("scored"), "--manifest", frames, "--json");
        CommandLineRun byCard = done("evaluate", "--expert", card, "--manifest", frames, "--json");
        assertEquals(byCard.out(), byStore.out());
        assertTrue(byCard.out().contains("\"known\" : [ \"wall\", \"floor\" ]"), byCard.out());
        CommandLineRun text = done("evaluate", "--store", scratch.resolve("scored"), "--manifest", frames);
        assertTrue(text.out().contains("the 2 of 40 classes that the expert knows"), text.out());
        assertTrue(text.out().contains("never said: cabinet, bed, chair"), text.out());
        Path out = scratch.resolve("seen");
        done("predict", "--expert", card, "--image", frames.resolve("f2.png"), "--out", out);
        LabelMap labels = LabelFiles.read(out.resolve("f2.labels.png"));
        assertEquals(labels.classAt(0), 0);
        assertEquals(labels.classAt(WIDTH - 1), 1);
        assertEquals(labels.classAt(WIDTH * HEIGHT - 1), LabelMap.IGNORE, "blue is none of the target's classes");
    }

    @Test
    public void aFileIsInspectedAndItsDraftIsACard() throws IOException {
        CommandLineRun inspected = done("expert", "inspect", scratch.resolve("colours.onnx"));
        assertTrue(inspected.out().contains("# input  'image' float32 [N, 3, h, w]"), inspected.out());
        Path draft = Files.writeString(
                scratch.resolve("draft.yaml"),
                inspected
                        .out()
                        .replace("[class0, class1, class2, class3, class4]", "[wall, floor, bed, sky, sea]")
                        .replace("{class0: wall}", "{sea: none}"));
        Path pasted = Files.writeString(scratch.resolve("pasted.yaml"), inspected.out());
        CommandLineRun asItIs = done(
                "expert", "check", pasted, "--image", frames.resolve("f2.png"), "--out", scratch.resolve("checked"));
        assertTrue(asItIs.out().contains("1 of 40 classes of nyud40 are known to it"), asItIs.out());
        CommandLineRun checked = done(
                "expert", "check", draft, "--image", frames.resolve("f2.png"), "--out", scratch.resolve("checked"));
        assertTrue(checked.out().contains("3 of 40 classes of nyud40 are known to it"), checked.out());
        assertTrue(Files.isRegularFile(scratch.resolve("checked").resolve("f2.overlay.png")));
        CommandLineRun depths = done(
                "expert", "check", depth, "--image", frames.resolve("f2.png"), "--out", scratch.resolve("checked"));
        assertTrue(depths.out().contains("depth from 1.00 to 4.00 m"), depths.out());
    }

    /** In a folder that only the driver sees, as it were: what labels is Spark's copy. */
    @Test
    public void weightsInOtherFilesAreSentToo() throws IOException {
        Path folder = Files.createDirectories(scratch.resolve("sent-network"));
        ByteBuffer weights = ByteBuffer.allocate(15 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 15; i++) {
            weights.putFloat(4 * i, i < 9 && i % 4 == 0 ? 20 : 0);
        }
        Files.write(folder.resolve("weights.bin"), weights.array());
        external("weights.bin").write(folder.resolve("external.onnx"));
        Path external = Files.writeString(
                folder.resolve("external.yaml"), Files.readString(card).replace("colours.onnx", "external.onnx"));
        List<Object> arguments =
                List.of("label", "--expert", external, "--manifest", frames, "--frames", "all", "--master", "local[2]");
        done(with(arguments, "--store", scratch.resolve("sent"), "--send-checkpoint"));
        done(with(arguments, "--store", scratch.resolve("seen-there")));
        assertEquals(StoreBytes.of(scratch.resolve("sent")), StoreBytes.of(scratch.resolve("seen-there")));

        Files.move(
                folder.resolve("weights.bin"),
                Files.createDirectories(folder.resolve("below")).resolve("weights.bin"));
        external("below/weights.bin").write(folder.resolve("external.onnx"));
        CommandLineRun refused =
                CommandLineRun.of(with(arguments, "--store", scratch.resolve("never-sent"), "--send-checkpoint"));
        assertEquals(refused.exitCode(), ExitCode.USAGE, refused.err());
        assertTrue(refused.err().contains("put them beside it"), refused.err());
    }

    private static OnnxGraph external(String location) {
        return new OnnxGraph()
                .node("Conv", "image w b", "logits")
                .external("w", new long[] {5, 3, 1, 1}, location)
                .floats("b", new long[] {5}, 0, 0, 0, -20, -20)
                .input("image", "N", 3, "h", "w")
                .output("logits", OnnxGraph.FLOAT, "N", 5, "h", "w");
    }

    private static Object[] with(List<Object> arguments, Object... more) {
        List<Object> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return all.toArray();
    }

    @Test
    public void aStoreAndAFilterNameWhatTheExpertNeverSaysAndScoreBothWays() {
        label("named");
        CommandLineRun info = done("store", "info", scratch.resolve("named"));
        assertTrue(info.out().contains("never said     38 of 40 classes: cabinet, bed, chair"), info.out());
        List<Object> filter = List.of(
                "filter", "--store", scratch.resolve("named"), "--manifest", frames, "--policy", "none", "--out");
        CommandLineRun text = done(with(filter, scratch.resolve("kept")));
        assertTrue(text.out().contains("never said     38 of 40 classes: cabinet, bed, chair"), text.out());
        // Of every frame three quarters are wall and floor and right; what is bed is none of the expert's and has no
        // label.
        String right = "100.0 % of the pixels right, mIoU ";
        assertTrue(text.out().contains("5 annotated    " + right + "66.7 %, over all 40 classes"), text.out());
        assertTrue(text.out().contains(right + "100.0 %, over the 2 that the expert knows"), text.out());
        CommandLineRun scored = done("store", "info", scratch.resolve("named"), "--manifest", frames);
        assertTrue(scored.out().contains("5 annotated    " + right + "66.7 %, over all 40 classes"), scored.out());
        assertTrue(scored.out().contains(right + "100.0 %, over the 2 that the expert knows"), scored.out());
        CommandLineRun json = done(with(filter, scratch.resolve("kept-too"), "--json"));
        assertTrue(json.out().contains("\"knownMeanIou\" : 1.0"), json.out());
        assertTrue(json.out().contains("\"neverSaid\" : [ \"cabinet\", \"bed\", \"chair\""), json.out());
    }

    @Test
    public void aWrongCardIsRefusedInAFewLines() throws IOException {
        Path wrong = Files.writeString(
                scratch.resolve("wrong.yaml"), Files.readString(card).replace("tensor: logits", "tensor: scores"));
        CommandLineRun run = CommandLineRun.of(
                "label",
                "--expert",
                wrong,
                "--manifest",
                frames,
                "--frames",
                "all",
                "--store",
                scratch.resolve("never"));
        assertEquals(run.exitCode(), ExitCode.BAD_DATA, run.err());
        assertTrue(run.err().contains("no output 'scores', it has ['logits' float32"), run.err());
        assertFalse(Files.exists(scratch.resolve("never")));
    }

    @Test
    public void aDeviceThatIsNotThereIsRefusedBeforeAnyWork() {
        CommandLineRun run = labelled("no-device", "--set", "expert.device=gpu:99");
        assertEquals(run.exitCode(), ExitCode.USAGE, run.err());
        assertTrue(run.err().contains("device: gpu:99, but this ONNX Runtime has no CUDA here"), run.err());
        assertFalse(Files.exists(scratch.resolve("no-device")));
    }

    @Test
    public void aNetworksFileIsToldFromItsCard() {
        Path network = scratch.resolve("colours.onnx");
        for (CommandLineRun run : List.of(
                CommandLineRun.of(
                        "label",
                        "--expert",
                        network,
                        "--manifest",
                        frames,
                        "--frames",
                        "all",
                        "--store",
                        scratch.resolve("no")),
                CommandLineRun.of("expert", "check", network, "--image", frames.resolve("f0.png")),
                CommandLineRun.of("evaluate", "--expert", network, "--manifest", frames),
                CommandLineRun.of("bench", "expert", "--card", network))) {
            assertEquals(run.exitCode(), ExitCode.USAGE, run.err());
            assertTrue(run.err().contains("is a network's file, expected its card"), run.err());
            assertTrue(run.err().contains("understudy expert inspect"), run.err());
        }
    }

    /** A network that fails on all frames: what is wrong is said, not only where it is written. */
    @Test
    public void whyFramesAreInQuarantineIsToldByOneOfThem() throws IOException {
        new OnnxGraph()
                .node("Reshape", "image shape", "same")
                .longs("shape", 1, 3, 8, 8)
                .node("Identity", "same", "logits")
                .input("image", 1, 3, "h", "w")
                .output("logits", OnnxGraph.FLOAT, 1, 3, "h", "w")
                .write(scratch.resolve("traced.onnx"));
        Path traced = Files.writeString(
                scratch.resolve("traced.yaml"),
                Files.readString(card).replace("colours.onnx", "traced.onnx").replace(", never, nothing", ""));
        CommandLineRun run = CommandLineRun.of(
                "label",
                "--expert",
                traced,
                "--manifest",
                frames,
                "--frames",
                "all",
                "--store",
                scratch.resolve("traced"));
        assertEquals(run.exitCode(), ExitCode.TOO_MANY_QUARANTINED, run.err());
        assertTrue(run.err().contains("the first, f0: "), run.err());
        assertTrue(run.err().contains("give the card the size that it was exported for"), run.err());
    }

    @Test
    public void aCardIsMeasuredOnTheWholeWay() {
        CommandLineRun run = done("bench", "expert", "--card", card, "--size", "64x48", "--rounds", 1);
        assertTrue(run.out().contains("frames/s the whole way"), run.out());
    }
}
