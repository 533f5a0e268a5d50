package dev.understudy.dataset.edit;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.Checks.InvalidRecordException;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.edit.MergeRun.MergeOptions;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class EditTest {
    private static final Map<String, Double> NINE_TO_ONE = Map.of("train", 0.9, "val", 0.1);

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Scratch.folder("edit");
    }

    @Test
    public void neighboursStayTogetherAndSharesAreMet() throws IOException {
        List<FrameRecord> frames = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            frames.add(frame(String.format(Locale.ROOT, "scene%02d/%04d", i / 20, i), null, null));
        }
        manifest("data", frames);
        SplitRun.Summary summary = SplitRun.run(split(7, SplitRun.Options.By.PREFIX, null));
        assertEquals(summary.frames(), Map.of("train", 900, "val", 100));
        assertEquals(summary.groups(), Map.of("train", 45, "val", 5));
        Map<String, String> first = splits("split.jsonl");
        Map<String, String> ofScene = new HashMap<>();
        first.forEach((id, split) -> {
            String other = ofScene.putIfAbsent(id.substring(0, 7), split);
            assertTrue(other == null || other.equals(split), id);
        });
        Collections.shuffle(frames, new Random(1));
        manifest("data", frames);
        SplitRun.run(split(7, SplitRun.Options.By.PREFIX, null));
        assertEquals(splits("split.jsonl"), first, "the order of the manifest does not matter");
        SplitRun.run(split(8, SplitRun.Options.By.PREFIX, null));
        assertNotEquals(splits("split.jsonl"), first, "the seed does");
    }

    @Test
    public void evenlyTakesEveryEighthOfTheList() throws IOException {
        List<FrameRecord> frames = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            frames.add(frame("a/" + i, i < 90 ? "train" : "test", null));
        }
        manifest("data", frames);
        SplitRun.run(SplitRunOptionsBuilder.builder()
                .manifest(folder.resolve("data"))
                .out("split.jsonl")
                .ratios(Map.of("annotated", 0.125, "val", 0.25, "rest", 0.625))
                .seed(0)
                .by(SplitRun.Options.By.EVENLY)
                .only("train")
                .build());
        Map<String, String> splits = splits("split.jsonl");
        for (int i = 0; i < 100; i++) {
            String split = splits.get("a/" + i);
            assertEquals(split.equals("annotated"), i < 90 && i % 8 == 0, i + " is of " + split);
            assertEquals(split.equals("test"), i >= 90, i + " is of " + split);
        }
        assertEquals(Collections.frequency(splits.values(), "val"), 23);
    }

    @Test
    public void aFewUnevenGroupsStillFillEverySplit() throws IOException {
        List<FrameRecord> frames = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            frames.add(frame((i < 90 ? "a/" : i < 95 ? "b/" : "c/") + i, "train", null));
        }
        frames.add(frame("kept/1", "test", null));
        manifest("data", frames);
        SplitRun.Options options = SplitRunOptionsBuilder.builder()
                .manifest(folder.resolve("data"))
                .out("three.jsonl")
                .ratios(Map.of("train", 0.9, "val", 0.05, "dev", 0.05))
                .seed(1)
                .by(SplitRun.Options.By.PREFIX)
                .only("train")
                .build();
        SplitRun.Summary summary = SplitRun.run(options);
        assertEquals(summary.groups(), Map.of("train", 1, "val", 1, "dev", 1));
        assertEquals(summary.frames().get("test"), Integer.valueOf(1));
        manifest("data", List.of(frame("a/1", null, null), frame("a/2", null, null)));
        DataException e =
                expectThrows(DataException.class, () -> SplitRun.run(split(1, SplitRun.Options.By.PREFIX, null)));
        assertTrue(e.getMessage().contains("found 1 groups of frames"), e.getMessage());
        assertEquals(
                SplitRun.run(split(1, SplitRun.Options.By.FRAME, null)).frames().size(), 2);
    }

    /** Recordings whose ids do not say where they belong together, and one without a scene, which goes by its id. */
    @Test
    public void aSceneStaysTogetherWhateverItsIdsAre() throws IOException {
        List<FrameRecord> frames = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            frames.add(frame("day" + i % 7 + "/" + i, null, null).withScene("room" + i % 20));
        }
        for (int i = 0; i < 10; i++) {
            frames.add(frame("street/" + i, null, null));
        }
        manifest("data", frames);
        SplitRun.Summary summary = SplitRun.run(split(7, SplitRun.Options.By.PREFIX, null));
        assertEquals(summary.groups(), Map.of("train", 19, "val", 2));
        Map<String, String> splits = splits("split.jsonl");
        Map<String, String> together = new HashMap<>();
        for (FrameRecord frame : frames) {
            String scene = frame.scene() == null ? "street" : frame.scene();
            String split = splits.get(frame.id());
            String other = together.putIfAbsent(scene, split);
            assertTrue(other == null || other.equals(split), frame.id() + " of " + scene);
        }
        assertEquals(together.size(), 21);
    }

    @Test
    public void groupsComeFromAFile() throws IOException {
        manifest("data", List.of(frame("1", null, null), frame("2", null, null), frame("3", null, null)));
        Path scenes = folder.resolve("scenes.tsv");
        Files.writeString(scenes, "1\tkitchen\tk\n2\toffice\to\n3\tkitchen\tk\n");
        SplitRun.run(split(3, SplitRun.Options.By.GROUPS, scenes));
        Map<String, String> splits = splits("split.jsonl");
        assertEquals(splits.get("1"), splits.get("3"));
        assertNotEquals(splits.get("1"), splits.get("2"));
        Files.writeString(scenes, "1\tkitchen\n");
        DataException e =
                expectThrows(DataException.class, () -> SplitRun.run(split(3, SplitRun.Options.By.GROUPS, scenes)));
        assertTrue(e.getMessage().contains("found no line for frame 2"), e.getMessage());
    }

    @Test
    public void sharesMustAddUp() {
        expectThrows(
                InvalidRecordException.class,
                () -> SplitRunOptionsBuilder.builder()
                        .manifest(folder)
                        .out("x.jsonl")
                        .ratios(Map.of("train", 0.9, "val", 0.2))
                        .seed(1)
                        .by(SplitRun.Options.By.FRAME)
                        .build());
        expectThrows(
                InvalidRecordException.class,
                () -> SplitRunOptionsBuilder.builder()
                        .manifest(folder)
                        .out("../x.jsonl")
                        .ratios(NINE_TO_ONE)
                        .seed(1)
                        .by(SplitRun.Options.By.FRAME)
                        .build());
    }

    @Test
    public void mergedFramesKeepTheirClassSpaceAndTheirFiles() throws IOException {
        real("all/nyud", "000001", "nyud40", 39);
        real("all/kitti", "000001", "kitti6", 5);
        MergeRun.Summary summary = MergeRun.run(merge("all", "nyud40-kitti6", true), Progress.NONE);
        assertEquals(summary.frames(), 2);
        assertEquals(summary.splits(), Map.of("nyud-train", 1, "kitti-train", 1));
        assertEquals(summary.slices(), Map.of("kitti6", new ClassSlice(40, 46), "nyud40", new ClassSlice(0, 40)));
        Manifest merged = Manifest.read(folder.resolve("all"));
        assertEquals(merged.frames().get(0).id(), "nyud/000001");
        assertEquals(merged.frames().get(0).rgb(), "nyud/rgb.png", "stays in place");
        assertEquals(merged.frames().get(1).classes(), "kitti6");
        DiskFrameSource source = new DiskFrameSource(merged);
        assertEquals(source.read(0).segmentation().classAt(0), 39);
        assertEquals(source.read(1).segmentation().classAt(0), 5);
    }

    @Test
    public void whatIsElsewhereIsCopiedEvenAClassSpace() throws IOException {
        real("all/nyud", "000001", "nyud40", 39);
        real("all/kitti", "000001", "mine.yaml", 1);
        Files.writeString(
                folder.resolve("all/kitti/mine.yaml"),
                "name: mine\nclasses:\n  - {name: a, colour: [0, 0, 0]}\n  - {name: b, colour: [9, 9, 9]}\n");
        MergeRun.run(merge("elsewhere", null, false), Progress.NONE);
        DiskFrameSource source = new DiskFrameSource(Manifest.read(folder.resolve("elsewhere")));
        assertEquals(source.record(1).segmentation(), "kitti/labels.png");
        assertEquals(source.read(1).segmentation().classAt(0), 1);
        assertEquals(source.classSpace(1).name(), "mine");
        ConfigurationException e = expectThrows(
                ConfigurationException.class,
                () -> MergeRun.run(merge("elsewhere", "nyud40-kitti6", false), Progress.NONE));
        assertTrue(e.getMessage().contains("class space mine of"), e.getMessage());
    }

    @Test
    public void twoFramesOfOneIdAreRefusedAndNothingIsReplaced() throws IOException {
        real("all/nyud", "000001", "nyud40", 1);
        Path manifest = folder.resolve("all/nyud");
        MergeOptions nameless =
                new MergeOptions(List.of(new MergeOptions.Input("", manifest)), folder.resolve("out"), null, false);
        expectThrows(ConfigurationException.class, () -> MergeRun.run(nameless, Progress.NONE));
        MergeOptions onto = new MergeOptions(List.of(new MergeOptions.Input("", manifest)), manifest, null, false);
        expectThrows(ConfigurationException.class, () -> MergeRun.run(onto, Progress.NONE));
        manifest("all/b", List.of(frame("nyud/000001", null, null)));
        MergeOptions clash = new MergeOptions(
                List.of(new MergeOptions.Input("nyud", manifest), new MergeOptions.Input("", folder.resolve("all/b"))),
                folder.resolve("all"),
                null,
                false);
        DataException e = expectThrows(DataException.class, () -> MergeRun.run(clash, Progress.NONE));
        assertTrue(e.getMessage().contains("found id 'nyud/000001' for the second time"), e.getMessage());
        assertFalse(Files.exists(folder.resolve("all/manifest.jsonl")));
    }

    private MergeOptions merge(String out, @Nullable String classes, boolean nameSplits) {
        return new MergeOptions(
                List.of(
                        new MergeOptions.Input("nyud", folder.resolve("all/nyud")),
                        new MergeOptions.Input("kitti", folder.resolve("all/kitti"))),
                folder.resolve(out),
                classes,
                nameSplits);
    }

    private SplitRun.Options split(long seed, SplitRun.Options.By by, @Nullable Path groups) {
        return SplitRunOptionsBuilder.builder()
                .manifest(folder.resolve("data"))
                .out("split.jsonl")
                .ratios(NINE_TO_ONE)
                .seed(seed)
                .by(by)
                .groups(groups)
                .build();
    }

    private Map<String, String> splits(String name) {
        Map<String, String> splits = new HashMap<>();
        Manifest.read(folder.resolve("data/" + name)).frames().forEach(f -> splits.put(f.id(), f.split()));
        return splits;
    }

    private void real(String data, String id, String classes, int index) throws IOException {
        RgbFiles.writePng(folder.resolve(data + "/rgb.png"), new RgbImage(1, 1, new byte[3]));
        LabelFiles.write(folder.resolve(data + "/labels.png"), new LabelMap(1, 1, new byte[] {(byte) index}));
        manifest(data, List.of(frame(id, "train", classes)));
    }

    private void manifest(String data, List<FrameRecord> frames) throws IOException {
        ManifestWriter.write(folder.resolve(data).resolve(Manifest.FILE_NAME), frames);
    }

    private static FrameRecord frame(String id, @Nullable String split, @Nullable String classes) {
        return FrameRecord.of(id, "rgb.png")
                .segmentation(classes == null ? null : "labels.png")
                .split(split)
                .classes(classes)
                .build();
    }
}
