package dev.understudy.cli.export;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.cli.export.sequence.McapContent;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.files.PythonRun;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.fuse.LabelledScenes;
import dev.understudy.pipeline.label.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A student's view of two rendered rooms, for systems that build maps. */
public class SequenceIT {
    private static final int ROOMS = 2;
    private static final int MESSAGES_A_FRAME = 6;

    private Scratch scratch;
    private Path checkpoint;
    private Path manifest;
    private Path out;
    private List<String> scenes;

    @BeforeClass
    public void export() throws IOException, InterruptedException {
        scratch = Scratch.create();
        checkpoint = scratch.resolve("student.pth");
        Students.write(checkpoint, 40, 3, Task.SEGMENTATION, Task.DEPTH);
        manifest = LabelledScenes.render(scratch.resolve("rooms"), ROOMS);
        List<FrameRecord> frames = new ArrayList<>(Manifest.read(manifest).frames());
        frames.set(0, frames.get(0).withPose(null));
        manifest = LabelledScenes.manifest(manifest, "one-is-nowhere.jsonl", frames);
        scenes = frames.stream().map(FrameRecord::scene).distinct().toList();
        out = scratch.resolve("sequences");
        CommandLineRun run = CommandLineRun.done(
                "export", "sequence", "--checkpoint", checkpoint, "--manifest", manifest, "--out", out, "--rate", 10);
        assertTrue(run.out().contains(scenes.get(1) + ": " + LabelledScenes.VIEWS + " frames; "), run.out());
        assertTrue(run.err().contains("1 frames left out"), run.err());
    }

    @AfterClass
    public void clean() throws IOException {
        scratch.close();
    }

    /** What the product itself reads of TUM's layout is what the student said, where the camera was. */
    @Test
    public void theFolderIsImportedAsTumSequences() throws IOException {
        Path back = scratch.resolve("back");
        CommandLineRun.done("dataset", "import", "rgbd", out, "--layout", "tum", "--out", back);
        Manifest imported = Manifest.read(back);
        assertEquals(imported.size(), ROOMS * LabelledScenes.VIEWS - 1);
        DiskFrameSource source = new DiskFrameSource(imported);
        List<FrameRecord> originals = Manifest.read(manifest).frames().stream()
                .filter(frame -> frame.pose() != null)
                .toList();
        DiskFrameSource asked = new DiskFrameSource(Manifest.read(manifest).filter(frame -> frame.pose() != null));
        try (FramePredictor student = ModelFile.student(checkpoint)) {
            for (int i = 0; i < originals.size(); i++) {
                FrameRecord original = originals.get(i);
                int at = place(imported, originals, i);
                FrameRecord found = imported.frames().get(at);
                for (int k = 0; k < 16; k++) {
                    assertEquals(found.pose().get(k), original.pose().get(k), 1e-6, found.id() + " element " + k);
                }
                assertEquals(found.intrinsics(), original.intrinsics());
                Prediction said = student.predict(asked.read(i));
                Frame read = source.read(at);
                assertEquals(read.rgb().rgb(), asked.read(i).rgb().rgb());
                for (int pixel = 0; pixel < read.depth().metres().length; pixel++) {
                    float metres = Math.max(0, said.depth().metres()[pixel]);
                    assertEquals(read.depth().metres()[pixel], Math.min(metres, 65535 / 5000f), 1.01e-4);
                }
                String label = original.scene() + "/label/" + found.id().replaceFirst(".*/", "") + ".png";
                assertEquals(
                        LabelFiles.read(out.resolve(label)).classes(),
                        said.segmentation().classes());
            }
        }
        assertTrue(Files.readString(out.resolve(scenes.get(0)).resolve("classes.txt"))
                .startsWith("label\tname\tred\tgreen\tblue\n0\twall\t"));
        assertEquals(
                Files.readAllLines(out.resolve(scenes.get(1)).resolve("associations.txt"))
                        .get(1),
                "0.100000 rgb/0.100000.png 0.100000 depth/0.100000.png");
    }

    /** The same place within the scene. */
    private static int place(Manifest imported, List<FrameRecord> originals, int index) {
        String scene = originals.get(index).scene();
        int within = 0;
        for (int i = 0; i < index; i++) {
            within += originals.get(i).scene().equals(scene) ? 1 : 0;
        }
        for (int i = 0; i < imported.size(); i++) {
            if (imported.frames().get(i).id().startsWith(scene + "/") && within-- == 0) {
                return i;
            }
        }
        throw new AssertionError(scene + " is missing");
    }

    @Test
    public void theRecordingHoldsEveryFrameByItsSpecification() throws IOException {
        List<McapContent.Message> messages = McapContent.read(out.resolve(scenes.get(1) + ".mcap"));
        assertEquals(messages.size(), MESSAGES_A_FRAME * LabelledScenes.VIEWS + 1);
        assertEquals(messages.get(0).type(), "vision_msgs/msg/LabelInfo");
        assertEquals(messages.get(1).topic(), "/tf");
        assertEquals(messages.get(MESSAGES_A_FRAME + 1).nanos(), 100_000_000L);
        McapContent.Message labels = messages.get(MESSAGES_A_FRAME);
        assertEquals(labels.topic(), "/camera/label/image");
        int pixels = 48 * 36;
        byte[] said = LabelFiles.read(out.resolve(scenes.get(1)).resolve("label/0.000000.png"))
                .classes();
        byte[] cdr = labels.cdr();
        assertEquals(Arrays.copyOfRange(cdr, cdr.length - pixels, cdr.length), said);
    }

    /** {@code mcap} and {@code mcap-ros2-support} of PyPI decode every message by its schema. */
    @Test
    public void rosToolsDecodeTheRecording() throws Exception {
        PythonRun.with("mcap.reader, mcap_ros2.decoder")
                .script("/mcap_content.py", scratch.resolve("mcap.log"), out, scenes.get(1));
    }

    @Test
    public void whatCannotBeWrittenIsSaid() throws IOException {
        CommandLineRun again = CommandLineRun.of(
                "export", "sequence", "--checkpoint", checkpoint, "--manifest", manifest, "--out", out);
        assertEquals(again.exitCode(), 2, again.err());
        assertTrue(again.err().contains("is not empty"), again.err());
        Path blind = scratch.resolve("blind.pth");
        Students.write(blind, 40, 3, Task.SEGMENTATION);
        CommandLineRun flat = CommandLineRun.of(
                "export", "sequence", "--checkpoint", blind, "--manifest", manifest, "--out", scratch.resolve("flat"));
        assertEquals(flat.exitCode(), 2, flat.err());
        assertTrue(flat.err().contains("--depth measured"), flat.err());
        CommandLineRun measured = CommandLineRun.done(
                "export",
                "sequence",
                "--checkpoint",
                blind,
                "--manifest",
                manifest,
                "--depth",
                "measured",
                "--scene",
                scenes.get(0),
                "--format",
                "mcap",
                "--out",
                scratch.resolve("measured"));
        assertTrue(Files.exists(scratch.resolve("measured").resolve(scenes.get(0) + ".mcap")));
        assertFalse(Files.exists(scratch.resolve("measured").resolve(scenes.get(0))), "no folder was asked for");
    }
}
