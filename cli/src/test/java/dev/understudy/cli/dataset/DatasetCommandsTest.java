package dev.understudy.cli.dataset;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.files.Scratch;
import dev.understudy.scenes.FrameRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class DatasetCommandsTest {
    private Path folder;
    private Path data;

    /** Three rendered rooms, written as a recorder of sequences would. */
    @BeforeClass
    public void importSequences() throws IOException {
        folder = Scratch.folder("commands");
        FrameRenderer renderer = new FrameRenderer(RenderOptions.of(SceneKind.ROOMS, 64, 48, 3));
        for (int i = 0; i < 6; i++) {
            Frame frame = renderer.render(i * 2);
            Path stem = folder.resolve("raw/room" + i / 2 + "/frame-" + i);
            RgbFiles.writePng(Path.of(stem + ".color.png"), frame.rgb());
            DepthFiles.write(Path.of(stem + ".depth.png"), Objects.requireNonNull(frame.depth()), 1000);
            if (i == 0) {
                Intrinsics k = Objects.requireNonNull(frame.record().intrinsics());
                Files.writeString(
                        folder.resolve("raw/camera-intrinsics.txt"),
                        k.fx() + " 0 " + k.cx() + "\n0 " + k.fy() + " " + k.cy() + "\n0 0 1\n");
            }
        }
        data = folder.resolve("data");
        CommandLineRun run = CommandLineRun.done(
                "dataset", "import", "rgbd", folder.resolve("raw"), "--layout", "7scenes", "--out", data);
        assertEquals(
                run.out(),
                data.resolve("manifest.jsonl") + ": 6 frames {none=6}, 0 with labels, 6 with depth; 12 files written, 0"
                        + " kept from before\n");
    }

    @Test
    public void posesOfASlamSystemComeInANewManifest() throws IOException {
        String bytes = Files.readString(data.resolve("manifest.jsonl"));
        Path trajectory = folder.resolve("trajectory.txt");
        Files.writeString(trajectory, "0 1 2 3 0 0 0 1\nbroken\n1 nan nan nan 0 0 0 1\n2 0 0 0 0 0 0 1\n");
        CommandLineRun run = CommandLineRun.done(
                "dataset", "import", "poses", data, "--tum", "room0=" + trajectory, "--out", "p.jsonl");
        assertEquals(run.out(), data.resolve("p.jsonl") + ": 1 of 6 frames have a pose\n");
        assertTrue(run.err().contains("of 2 frames, 1 were not placed"), run.err());
        assertTrue(run.err().contains("trajectory.txt:2: found 'broken'"), run.err());
        assertEquals(Files.readString(data.resolve("manifest.jsonl")), bytes);
        assertEquals(
                CommandLineRun.of("dataset", "import", "poses", data, "--tum", trajectory)
                        .exitCode(),
                2);
        assertEquals(CommandLineRun.of("dataset", "import", "poses", data).exitCode(), 2);
    }

    @Test
    public void normalsCanBeComputedSplitMergedAndShown() throws IOException {
        CommandLineRun normals = CommandLineRun.done("dataset", "normals", data, "--radius", 2);
        assertTrue(normals.out().endsWith("normals of 6 frames come from their depth\n"), normals.out());
        CommandLineRun split =
                CommandLineRun.of("dataset", "split", data.resolve("normals.jsonl"), "--ratio", "train=0.67,val=0.33");
        assertEquals(split.exitCode(), 0, split.err());
        assertTrue(split.out().endsWith(": frames {train=4, val=2}, groups {train=2, val=1}\n"), split.out());
        CommandLineRun merge = CommandLineRun.done(
                "dataset",
                "merge",
                "rooms=" + data.resolve("split.jsonl"),
                "--classes",
                "nyud40-kitti6",
                "--name-splits",
                "--out",
                folder);
        assertEquals(
                merge.out(),
                folder.resolve("manifest.jsonl") + ": 6 frames {rooms-train=4, rooms-val=2}, labelled {}\n");
        FrameRecord frame = Manifest.read(folder).frames().get(0);
        assertEquals(frame.id(), "rooms/room0/frame-0");
        assertEquals(frame.normals(), "data/normals/room0/frame-0.png");
        CommandLineRun.done("dataset", "show", folder, "--frames", 3, "--width", 32, "--out", folder.resolve("sheet"));
        String page = Files.readString(folder.resolve("sheet/index.html"));
        assertTrue(page.contains("3 of 6 frames") && page.contains("rooms/room0/frame-0"));
        List<String> pictures = Pattern.compile("src=\"(pictures/[^\"]+)\"")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertEquals(pictures.size(), 9, "picture, depth and normals of each");
        for (String picture : pictures) {
            assertEquals(
                    ImageHeader.read(folder.resolve("sheet").resolve(picture)).width(), 32);
        }
    }

    @Test
    public void sequencesOfSeveralScenesAreRendered() throws IOException {
        Path sequences = folder.resolve("sequences");
        CommandLineRun.done(
                "dataset",
                "render",
                "--sequence",
                "--views",
                5,
                "--labelled",
                0,
                "--depth-only",
                15,
                "--size",
                "32x24",
                "--out",
                sequences);
        for (String name : new String[] {"manifest.jsonl", "truth.jsonl"}) {
            Map<String, Integer> scenes = new TreeMap<>();
            FrameRecord last = null;
            for (FrameRecord frame : Manifest.read(sequences.resolve(name)).frames()) {
                scenes.merge(Objects.requireNonNull(frame.scene()), 1, Integer::sum);
                if (last != null && frame.scene().equals(last.scene())) {
                    double moved = 0;
                    for (int i = 3; i < 12; i += 4) {
                        moved += Math.pow(frame.pose().get(i) - last.pose().get(i), 2);
                    }
                    assertTrue(moved > 0 && Math.sqrt(moved) < 0.5, frame.id() + " is " + Math.sqrt(moved) + " m on");
                }
                last = frame;
            }
            assertEquals(
                    scenes,
                    Map.of(
                            "rooms/depth-only/place-000000", 5,
                            "rooms/depth-only/place-000001", 5,
                            "rooms/depth-only/place-000002", 5));
        }
    }

    @Test
    public void mistakesAreTold() {
        CommandLineRun layout =
                CommandLineRun.of("dataset", "import", "rgbd", data, "--layout", "8scenes", "--out", folder);
        assertEquals(layout.exitCode(), 2);
        assertTrue(layout.err().contains("--layout 8scenes: expected nyud-raw, tum, 7scenes or pairs"), layout.err());
        CommandLineRun empty = CommandLineRun.of(
                "dataset", "import", "kitti", folder.resolve("raw"), "--out", folder.resolve("nothing"));
        assertEquals(empty.exitCode(), 3);
        assertTrue(empty.err().contains("none was found; check the folder and the layout"), empty.err());
        CommandLineRun noFile = CommandLineRun.of(
                "dataset",
                "import",
                "nyud",
                "--mat",
                "no.mat",
                "--classes",
                "no.mat",
                "--splits",
                "no.mat",
                "--out",
                "x");
        assertEquals(noFile.exitCode(), 3);
        assertTrue(noFile.err().contains("no.mat: found no such file, expected a MATLAB file"), noFile.err());
        CommandLineRun camera = CommandLineRun.of("dataset", "normals", data, "--intrinsics", "1,2,3");
        assertEquals(camera.exitCode(), 2);
        assertTrue(camera.err().contains("--intrinsics: found 3 numbers, expected fx,fy,cx,cy"), camera.err());
        CommandLineRun shares = CommandLineRun.of("dataset", "split", data, "--ratio", "train=0.9,val=0.2");
        assertEquals(shares.exitCode(), 2, shares.err());
        CommandLineRun twice = CommandLineRun.of(
                "dataset",
                "import",
                "list",
                "--root",
                folder,
                "--folders",
                "raw",
                "--label-map",
                "1=2,01=3",
                "--out",
                folder.resolve("twice"));
        assertEquals(twice.exitCode(), 2);
        assertTrue(twice.err().contains("--label-map 01=3: maps 1 for the second time"), twice.err());
        CommandLineRun onto = CommandLineRun.of(
                "dataset",
                "import",
                "rgbd",
                folder.resolve("raw"),
                "--layout",
                "7scenes",
                "--out",
                folder.resolve("raw"));
        assertEquals(onto.exitCode(), 2);
        assertTrue(onto.err().contains("is the folder that is imported from"), onto.err());
        CommandLineRun ids = CommandLineRun.of("dataset", "show", data, "--ids", "none", "--out", folder);
        assertEquals(ids.exitCode(), 3);
        assertTrue(ids.err().contains("found no frames [none]"), ids.err());
    }
}
