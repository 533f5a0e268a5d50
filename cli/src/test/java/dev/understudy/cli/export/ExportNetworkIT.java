package dev.understudy.cli.export;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.ExpertCard;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A student leaves as ONNX and comes back as an expert. */
public class ExportNetworkIT {
    private static final int WIDTH = 75;
    private static final int HEIGHT = 58;

    private Scratch scratch;
    private Path checkpoint;

    @BeforeClass
    public void makeStudentAndFrame() throws IOException {
        scratch = Scratch.create();
        checkpoint = scratch.resolve("student.pth");
        Students.write(checkpoint, 40, 3, Task.SEGMENTATION, Task.DEPTH);
        Files.writeString(scratch.resolve("train.yaml"), "out: runs/kitchen\n");
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        new Random(4).nextBytes(rgb);
        RgbFiles.writePng(scratch.resolve("a.png"), new RgbImage(WIDTH, HEIGHT, rgb));
        DepthFiles.write(scratch.resolve("d.png"), new DepthMap(WIDTH, HEIGHT, new float[WIDTH * HEIGHT]), 1000);
        ManifestWriter.write(
                scratch.resolve("manifest.jsonl"),
                List.of(FrameRecord.of("a", "a.png")
                        .depth("d.png")
                        .depthScale(1000.0)
                        .build()));
    }

    @AfterClass
    public void clean() throws IOException {
        scratch.close();
    }

    @Test
    public void anExportedStudentLabelsAsItsCheckpointDoes() throws IOException {
        Path onnx = scratch.resolve("out/student.onnx");
        CommandLineRun.done("export", "network", "--checkpoint", checkpoint, "--out", onnx);
        ExpertCard.load(scratch.resolve("out/student.yaml"));

        SegmentationEvidence own = labelOfCheckpoint("own");
        SegmentationEvidence exported =
                label("exported", scratch.resolve("out/student.yaml").toString());
        int same = 0;
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            same += own.classes()[i] == exported.classes()[i] ? 1 : 0;
        }
        assertTrue(same >= 0.999 * WIDTH * HEIGHT, same + " of " + WIDTH * HEIGHT + " labels are the same");
    }

    /** Where the processor has bfloat16; elsewhere the commands refuse it in one line. */
    @Test
    public void aStudentIsScoredPredictsAndIsTimedInBfloat16() throws IOException {
        Path frames = annotated("annotated-short");
        CommandLineRun scored = in("bfloat16", "evaluate", "--manifest", frames, "--json");
        CommandLineRun predicted =
                in("bfloat16", "predict", "--image", scratch.resolve("a.png"), "--out", scratch.resolve("short"));
        CommandLineRun timed = CommandLineRun.of(
                "bench", "student", "--size", "64x48", "--rounds", "1", "--no-plain", "--precision", "bfloat16");
        if (scored.exitCode() == ExitCode.USAGE) {
            for (CommandLineRun refused : List.of(scored, predicted, timed)) {
                assertEquals(refused.exitCode(), ExitCode.USAGE, refused.err());
                assertTrue(refused.err().contains("which lacks AVX-512"), refused.err());
            }
            throw new SkipException("this processor has no bfloat16");
        }
        for (CommandLineRun done : List.of(scored, predicted, timed)) {
            assertEquals(done.exitCode(), 0, done.err());
        }
        assertTrue(timed.out().contains("bfloat16"), timed.out());
        CommandLineRun exact = in("float32", "evaluate", "--manifest", frames, "--json");
        assertNotEquals(scored.out(), exact.out(), "both are the same to the last digit");
    }

    private CommandLineRun in(String precision, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--checkpoint", checkpoint, "--precision", precision));
        return CommandLineRun.of(all.toArray());
    }

    @Test
    public void anExportedStudentIsScoredAndPredictsAsItsCheckpointDoes() throws IOException {
        Path onnx = scratch.resolve("scored/student.onnx");
        CommandLineRun.done("export", "network", "--checkpoint", checkpoint, "--out", onnx);
        Path frames = annotated("annotated");
        Path card = scratch.resolve("scored/student.yaml");
        assertEquals(
                accuracy("--expert", card, frames), accuracy("--checkpoint", checkpoint, frames), 1e-3, "of evaluate");
        byte[] own = predicted("--checkpoint", checkpoint);
        byte[] exported = predicted("--expert", card);
        int same = 0;
        for (int i = 0; i < own.length; i++) {
            same += own[i] == exported[i] ? 1 : 0;
        }
        assertTrue(same >= 0.999 * own.length, same + " of " + own.length + " labels are the same");
    }

    /** The picture with labels by chance. */
    private Path annotated(String folder) throws IOException {
        byte[] truth = new byte[WIDTH * HEIGHT];
        Random random = new Random(5);
        for (int i = 0; i < truth.length; i++) {
            truth[i] = (byte) random.nextInt(40);
        }
        Path frames = Files.createDirectories(scratch.resolve(folder));
        Files.copy(scratch.resolve("a.png"), frames.resolve("a.png"));
        LabelFiles.write(frames.resolve("labels.png"), new LabelMap(WIDTH, HEIGHT, truth));
        ManifestWriter.write(
                frames.resolve("manifest.jsonl"),
                List.of(FrameRecord.of("a", "a.png")
                        .segmentation("labels.png")
                        .classes("nyud40")
                        .build()));
        return frames;
    }

    /** A checkpoint as exported files are; for their cards it is what they are anyhow. */
    private static Object[] inFloat32(Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--precision", "float32"));
        return all.toArray();
    }

    private static double accuracy(String option, Path network, Path frames) throws IOException {
        CommandLineRun run =
                CommandLineRun.done(inFloat32("evaluate", option, network, "--manifest", frames, "--json"));
        return JsonMapper.builder()
                .build()
                .readTree(run.out())
                .at("/segmentation/pixelAccuracy")
                .asDouble(-1);
    }

    private byte[] predicted(String option, Path network) throws IOException {
        Path out = scratch.resolve("predicted" + option);
        CommandLineRun run = CommandLineRun.of(
                inFloat32("predict", option, network, "--image", scratch.resolve("a.png"), "--out", out));
        assertEquals(run.exitCode(), 0, run.err());
        return LabelFiles.read(out.resolve("a.labels.png")).classes();
    }

    @Test
    public void aTorchScriptFileLabelsAsItsCheckpointDoesWhereItsCardTrustsIt() throws IOException {
        Path script = scratch.resolve("script/student.pt");
        Path again = scratch.resolve("script/again.pt");
        for (Path out : List.of(script, again)) {
            CommandLineRun export =
                    CommandLineRun.of("export", "network", "--checkpoint", checkpoint, "--torchscript", "--out", out);
            assertEquals(export.exitCode(), 0, export.err());
        }
        assertEquals(Files.mismatch(script, again), -1, "the same network, the same bytes");
        Path card = scratch.resolve("script/student.yaml");
        assertEquals(ExpertCard.load(card).network().trusted(), true);
        assertTrue(Files.readString(script, StandardCharsets.ISO_8859_1).contains("bookshelf"));

        SegmentationEvidence own = labelOfCheckpoint("own-again");
        SegmentationEvidence exported = label("scripted", card.toString());
        int same = 0;
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            same += own.classes()[i] == exported.classes()[i] ? 1 : 0;
        }
        assertTrue(same >= 0.999 * WIDTH * HEIGHT, same + " of " + WIDTH * HEIGHT + " labels are the same");

        String text = Files.readString(card);
        assertTrue(text.contains("# A TorchScript file is a program"), text);
        Files.writeString(card, text.replace(", trusted: true", ""));
        refused(
                2,
                "trusted",
                "label",
                "--expert",
                card,
                "--manifest",
                scratch.path(),
                "--store",
                scratch.resolve("no"));
    }

    @Test
    public void aTorchScriptFileTakesNoOptionsOfOnnx() {
        Path out = scratch.resolve("none.pt");
        for (List<Object> more : List.<List<Object>>of(
                List.of("--whole"), List.of("--size", "64x48"), List.of("--precision", "float16"))) {
            List<Object> arguments = new ArrayList<>(
                    List.of("export", "network", "--checkpoint", checkpoint, "--torchscript", "--out", out));
            arguments.addAll(more);
            refused(2, "--torchscript", arguments.toArray());
        }
        assertTrue(Files.notExists(out));
    }

    @Test
    public void theFileSaysWhatItIs() throws IOException {
        Path onnx = scratch.resolve("robot.onnx");
        CommandLineRun export = CommandLineRun.done(
                "export",
                "network",
                "--checkpoint",
                checkpoint,
                "--out",
                onnx,
                "--whole",
                "--size",
                "64x48",
                "--precision",
                "float16",
                "--json");
        assertTrue(export.out().contains("\"sha256\""), export.out());
        String bytes = Files.readString(onnx, StandardCharsets.ISO_8859_1);
        for (String told :
                List.of("understudy.classes", "bookshelf", "#", "runs/kitchen", "mt-lw-refinenet", "labels")) {
            assertTrue(bytes.contains(told), told);
        }
        assertTrue(Files.notExists(scratch.resolve("robot.yaml")), "a card for a network that decides by itself");
    }

    @Test
    public void whatCannotBeIsToldBeforeAnythingIsWritten() {
        Path onnx = scratch.resolve("none.onnx");
        refused(
                2,
                "--precision",
                "export",
                "network",
                "--checkpoint",
                checkpoint,
                "--out",
                onnx,
                "--precision",
                "int4");
        refused(2, ".onnx", "export", "network", "--checkpoint", checkpoint, "--out", scratch.resolve("none.pt"));
        refused(2, "--size", "export", "network", "--checkpoint", checkpoint, "--out", onnx, "--size", "0x3");
        refused(3, "a.png", "export", "network", "--checkpoint", scratch.resolve("a.png"), "--out", onnx);
        assertTrue(Files.notExists(onnx));
    }

    private static void refused(int code, String named, Object... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(run.exitCode(), code, run.err());
        assertTrue(run.err().contains(named), run.err());
    }

    /** In float32, as exported files are. */
    private SegmentationEvidence labelOfCheckpoint(String name) {
        return label(
                name, "mt-lw-refinenet", "--checkpoint", checkpoint.toString(), "--set", "expert.precision=float32");
    }

    private SegmentationEvidence label(String name, String expert, String... more) {
        Path store = scratch.resolve(name);
        List<Object> arguments = new ArrayList<>(List.of(
                "label", "--expert", expert, "--manifest", scratch.path(), "--store", store, "--frames", "all"));
        arguments.addAll(List.of(more));
        CommandLineRun.done(arguments.toArray());
        try (LabelStore labels = LabelStore.open(store)) {
            return Objects.requireNonNull(labels.get("a", EvidencePlanes.top(1)).segmentation());
        }
    }
}
