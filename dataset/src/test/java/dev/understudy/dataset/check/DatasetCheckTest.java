package dev.understudy.dataset.check;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class DatasetCheckTest {
    private Path folder;

    @BeforeMethod
    public void writeFiles() throws IOException {
        folder = Scratch.folder("check");
        for (int i = 0; i < 3; i++) {
            byte[] rgb = new byte[18];
            Arrays.fill(rgb, (byte) i);
            RgbFiles.writePng(folder.resolve("rgb" + i + ".png"), new RgbImage(3, 2, rgb));
        }
        LabelFiles.write(folder.resolve("labels.png"), new LabelMap(3, 2, new byte[] {0, 0, 0, 5, -1, -1}));
        DepthFiles.write(folder.resolve("depth.png"), new DepthMap(3, 2, new float[] {1, 3, 0, 0, 0, 2}), 1000);
        DepthFiles.write(folder.resolve("empty.png"), new DepthMap(3, 2, new float[6]), 1000);
        NormalFiles.write(folder.resolve("normals.png"), new NormalMap(3, 2, new float[18]));
    }

    @Test
    public void aSoundSetIsCounted() throws IOException {
        DatasetCheck.Result result = check(
                frame("a", "rgb0.png", "depth.png", "labels.png", "kitti6", "train"),
                frame("b", "rgb1.png", "depth.png", null, null, "train"),
                frame("c", "rgb2.png", null, null, null, null));
        assertTrue(result.isSound(), result.problems().toString());
        assertEquals(result.frames(), 3);
        assertEquals(result.splits(), Map.of("none", 1, "train", 2));
        assertEquals(result.annotations(), Map.of("depth", 2, "segmentation", 1, "normals", 0, "depth-only", 1));
        assertEquals(result.sizes(), Map.of("3×2", 3));
        DatasetCheck.Result.ClassPixels counts = result.classes().get("kitti6");
        assertEquals(counts.pixels(), List.of(3L, 0L, 0L, 0L, 0L, 1L));
        assertEquals(counts.ignored(), 2);
        assertEquals(counts.names().get(5), "vehicle");
        assertEquals(result.depth(), new DatasetCheck.Result.DepthSummary(6, 6, 1, 3, 2));
    }

    @Test
    public void everythingThatIsWrongIsListed() throws IOException {
        Path manifest = folder.resolve("manifest.jsonl");
        ManifestWriter.write(
                manifest,
                List.of(
                        frame("a", "rgb0.png", null, "labels.png", "kitti6", "train"),
                        frame("a", "rgb0.png", null, null, null, "train"),
                        frame("b", "rgb0.png", null, null, null, "val"),
                        frame("c", "gone.png", null, null, null, "train"),
                        frame("d", "rgb1.png", "empty.png", null, null, "train"),
                        frame("e", "rgb2.png", null, "labels.png", "kiti6", "train"),
                        FrameRecord.of("f", "rgb2.png")
                                .normals("normals.png")
                                .split("train")
                                .build(),
                        FrameRecord.of("g", "rgb2.png")
                                .depth("depth.png")
                                .split("train")
                                .depthScale(1e6)
                                .build()));
        Files.writeString(
                manifest,
                "oops\n" + "x".repeat(100_000) + "\n{\"id\":\"h\",\"rgb\":\"rgb2.png\",\"split\":\"train\"}\n",
                StandardOpenOption.APPEND);
        DatasetCheck.Result result = DatasetCheck.run(List.of(folder), 1000, Progress.NONE);
        assertFalse(result.isSound());
        assertEquals(result.frames(), 9);
        List<String> expected = List.of(
                ":2: found id 'a' for the second time",
                ":9: found no JSON at column",
                ":10: found a line of more than",
                "no class space 'kiti6'; did you mean 'kitti6'?",
                "frame b: found in split val the picture of " + manifest + ": frame a in split train",
                "frame c: " + folder.resolve("gone.png") + ": found no such file",
                "frame d: found depth without one measurement",
                "frame f: found normals without one vector",
                "frame g: found depth of 0.00200 m on average");
        assertEquals(result.problemCount(), expected.size(), String.join("\n", result.problems()));
        for (int i = 0; i < expected.size(); i++) {
            assertTrue(
                    result.problems().get(i).contains(expected.get(i)),
                    result.problems().get(i));
        }
        assertTrue(
                result.notes().stream().anyMatch(note -> note.contains("shows the same picture as")),
                result.notes().toString());
    }

    @Test
    public void whatTheValuesBetrayIsToldAndIsNoProblem() throws IOException {
        LabelFiles.write(folder.resolve("mask.png"), new LabelMap(3, 2, new byte[] {0, 0, 0, 0, -1, -1}));
        DepthFiles.write(
                folder.resolve("holes.png"), new DepthMap(3, 2, new float[] {1000, 2000, 3000, 65535, 65535, 0}), 1);
        DatasetCheck.Result result = check(
                frame("a", "rgb0.png", "holes.png", "mask.png", "kitti6", "train")
                        .withScene("one"),
                frame("b", "rgb1.png", "holes.png", "mask.png", "kitti6", "val").withScene("one"),
                frame("c", "rgb2.png", null, null, null, "val"));
        assertTrue(result.isSound(), result.problems().toString());
        assertEquals(result.scenes(), 1);
        assertEquals(result.withoutScene(), 1);
        assertEquals(result.warnings().size(), 2, result.warnings().toString());
        assertTrue(
                result.warnings().get(0).contains("hold 0 and 255 only")
                        && result.warnings().get(0).contains("--label-map 0=0,255=1"),
                result.warnings().toString());
        assertTrue(
                result.warnings().get(1).contains("40.0 % of the measured pixels are exactly 65535 (65.54 m)")
                        && result.warnings().get(1).contains("--invalid 65535"),
                result.warnings().toString());
        assertTrue(
                result.notes().get(0).startsWith("1 scenes are in more than one split"),
                result.notes().toString());
        assertTrue(
                result.notes().get(1).contains("5 of 6 classes never occur"),
                result.notes().toString());
    }

    private DatasetCheck.Result check(FrameRecord... frames) throws IOException {
        ManifestWriter.write(folder.resolve("manifest.jsonl"), List.of(frames));
        return DatasetCheck.run(List.of(folder.resolve("manifest.jsonl")), 1000, Progress.NONE);
    }

    private static FrameRecord frame(
            String id,
            String rgb,
            @Nullable String depth,
            @Nullable String labels,
            @Nullable String classes,
            @Nullable String split) {
        return FrameRecord.of(id, rgb)
                .depth(depth)
                .segmentation(labels)
                .split(split)
                .classes(classes)
                .depthScale(1000.0)
                .build();
    }
}
