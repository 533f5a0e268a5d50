package dev.understudy.dataset.imports;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.RealFrames;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.ListImportOptions.Source;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class ListImportTest {
    private Path folder;
    private Path root;

    @BeforeMethod
    public void writeFiles() throws IOException {
        folder = Scratch.folder("import");
        root = Files.createDirectory(folder.resolve("data"));
        for (String name : List.of("a", "b c")) {
            RgbFiles.writePng(root.resolve("img/" + name + ".png"), new RgbImage(3, 2, new byte[18]));
            LabelFiles.write(
                    root.resolve("seg/" + name + ".png"), new LabelMap(3, 2, new byte[] {0, 1, 2, 10, 11, -1}));
            DepthFiles.write(
                    root.resolve("dep/" + name + ".png"), new DepthMap(3, 2, new float[] {1, 2, 0, 0, 0, 0}), 1000);
        }
    }

    @Test
    public void filesOutsideOfTheManifestsFolderAreCopied() throws IOException {
        Path out = folder.resolve("out");
        Path list = list("# a comment\nimg/a.png\tseg/a.png\tdep/a.png\n\nimg/b c.png\t\tdep/b c.png\n");
        ImportSummary summary = run(options(out, Source.ofList("train", list), List.of(11)));
        assertEquals(summary.frames(), 2);
        assertEquals(summary.splits(), Map.of("train", 2));
        assertEquals(summary.withSegmentation(), 1);
        assertEquals(summary.withDepth(), 2);
        assertEquals(summary.written(), 5);
        assertEquals(summary.skipped(), List.of());
        Manifest manifest = Manifest.read(out);
        assertEquals(
                manifest.frames(),
                List.of(
                        record("cv/img/a", "rgb/cv/img/a.png", "depth/cv/img/a.png", "labels/cv/img/a.png"),
                        record("cv/img/b-c", "rgb/cv/img/b-c.png", "depth/cv/img/b-c.png", null)));
        assertEquals(new DiskFrameSource(manifest).read(0).segmentation().classes(), new byte[] {0, 1, 2, 10, -1, -1});
    }

    @Test
    public void filesInsideOfTheManifestsFolderStayWhereTheyAre() throws IOException {
        Path list = list("img/a.png\tseg/a.png\n");
        ImportSummary untouched = run(options(folder, Source.ofList(null, list), List.of(), Map.of(11, 1)));
        assertEquals(untouched.splits(), Map.of("none", 1));
        FrameRecord record = Manifest.read(folder).frames().get(0);
        assertEquals(record.rgb(), "data/img/a.png");
        assertEquals(record.segmentation(), "labels/cv/img/a.png");
        assertEquals(
                LabelFiles.read(folder.resolve("labels/cv/img/a.png")).classes(), new byte[] {-1, -1, -1, -1, 1, -1});
        assertEquals(LabelFiles.read(root.resolve("seg/a.png")).classes(), new byte[] {0, 1, 2, 10, 11, -1});
        assertEquals(untouched.written(), 1);

        LabelFiles.write(root.resolve("seg/a.png"), new LabelMap(3, 2, new byte[] {0, 1, 2, 3, 4, -1}));
        assertEquals(run(options(folder, Source.ofList(null, list), List.of())).written(), 0);
        assertEquals(Manifest.read(folder).frames().get(0).segmentation(), "data/seg/a.png");
    }

    @Test
    public void foldersArePairedByName() throws IOException {
        Files.delete(root.resolve("seg/b c.png"));
        Path out = folder.resolve("out");
        ImportSummary summary = run(options(out, Source.ofFolders("val", "img", "seg", "dep"), List.of(11)));
        assertEquals(summary.frames(), 2);
        assertEquals(summary.withSegmentation(), 1);
        assertEquals(summary.withDepth(), 2);
    }

    @Test
    public void labelsMayComeInAnotherSpace() throws IOException {
        Path out = folder.resolve("out");
        ListImportOptions options = ListImportOptions.of(
                        root, out, List.of(Source.ofFolders("train", "img", "seg", null)))
                .classes("nyud40-kitti6")
                .labelsIn("camvid11")
                .ignore(List.of(11))
                .build();
        // A map exists from camvid11 to kitti6, not to the joint space, and that must be said.
        assertTrue(expectThrows(ConfigurationException.class, () -> run(options))
                .getMessage()
                .contains("class space camvid11 has no map to nyud40-kitti6"));
        run(options.withClasses("kitti6"));
        assertEquals(
                new DiskFrameSource(Manifest.read(out)).read(0).segmentation().classes(),
                new byte[] {0, 1, -1, -1, -1, -1});
    }

    @Test
    public void brokenFramesAreLeftOutWithTheirReason() throws IOException {
        LabelFiles.write(root.resolve("seg/small.png"), new LabelMap(2, 2, new byte[4]));
        for (String name : List.of("c", "d", "e", "f")) {
            Files.copy(root.resolve("img/a.png"), root.resolve("img/" + name + ".png"));
        }
        byte[] whole = Files.readAllBytes(root.resolve("img/f.png"));
        Files.write(root.resolve("img/f.png"), Arrays.copyOf(whole, whole.length - 20));
        Path list = list("""
                img/a.png\tseg/a.png
                img/gone.png
                img/c.png\tseg/small.png
                img/d.png\timg/a.png
                img/e.png\tseg/a.png\tseg/a.png
                img/b c.png
                img/b c.png
                img/f.png
                """);
        ImportSummary summary = run(options(folder.resolve("out"), Source.ofList("train", list), List.of(11)));
        assertEquals(summary.frames(), 2);
        List<String> reasons =
                summary.skipped().stream().map(ImportSummary.Skipped::toString).toList();
        assertEquals(reasons.size(), 6);
        assertTrue(reasons.get(0).contains("for the second time"), reasons.get(0));
        assertTrue(reasons.get(1).contains("list.txt:2") && reasons.get(1).contains("found no such file"));
        assertTrue(reasons.get(2).contains("found 2×2 pixels, expected 3×2 as in"), reasons.get(2));
        assertTrue(reasons.get(3).contains("expected class indices"), reasons.get(3));
        assertTrue(reasons.get(4).contains("expected depth in a 16-bit grey PNG"), reasons.get(4));
        assertTrue(reasons.get(5).contains("f.png") && reasons.get(5).contains("damaged"), reasons.get(5));
    }

    @Test
    public void anUnnamedValueIsAnErrorThatSaysWhatToDo() throws IOException {
        DataException e = expectThrows(
                DataException.class,
                () -> run(options(folder.resolve("out"), Source.ofFolders(null, "img", "seg", null), List.of())));
        assertTrue(
                e.getMessage()
                        .contains(
                                "found label 11 at pixel x 1, y 1, expected 0–10 of camvid11; name the values without a"
                                        + " label by --ignore, or give a label map"),
                e.getMessage());
        assertFalse(Files.exists(folder.resolve("out/manifest.jsonl")));
    }

    @Test
    public void listsThatLeaveTheRootAreRefused() throws IOException {
        for (String line :
                List.of("../secret.png", "/etc/passwd", "img/a.png\t../x.png", "img/a.png\tseg/a.png\t/d.png")) {
            Path list = list(line + "\n");
            DataException e = expectThrows(
                    DataException.class,
                    () -> run(options(folder.resolve("out"), Source.ofList(null, list), List.of(11))));
            assertTrue(e.getMessage().startsWith(list + ":1: found "), e.getMessage());
            assertTrue(e.getMessage().contains("expected a path inside " + root), e.getMessage());
        }
        RgbFiles.writePng(folder.resolve("secret.png"), new RgbImage(3, 2, new byte[18]));
        Files.createSymbolicLink(root.resolve("img/link.png"), folder.resolve("secret.png"));
        Path list = list("img/a.png\nimg/link.png\n");
        ImportSummary summary = run(options(folder.resolve("out"), Source.ofList(null, list), List.of()));
        assertTrue(summary.skipped().get(0).reason().contains("a link that leads out"));
    }

    /** The root, and a folder inside of it that lies elsewhere inside of it. */
    @Test
    public void foldersThatAreNamedByLinksAreReadLikeAnyOther() throws IOException {
        Files.createSymbolicLink(root.resolve("pictures"), root.resolve("img"));
        root = Files.createSymbolicLink(folder.resolve("link"), root);
        Path out = folder.resolve("out");
        for (String pictures : List.of("img", "pictures")) {
            Source source = Source.ofFolders("train", pictures, "seg", "dep");
            assertEquals(
                    run(options(out.resolve(pictures), source, List.of(11))).frames(), 2, pictures);
        }
    }

    /** A link to a folder elsewhere is refused file by file, as a link to a file is. */
    @Test
    public void aFolderThatIsALinkOutIsRefused() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        RgbFiles.writePng(elsewhere.resolve("a.png"), new RgbImage(3, 2, new byte[18]));
        Files.createSymbolicLink(root.resolve("pictures"), elsewhere);
        Source source = Source.ofFolders("train", "pictures", null, null);
        String said = expectThrows(DataException.class, () -> run(options(folder.resolve("out"), source, List.of())))
                .getMessage();
        assertTrue(said.contains("a link that leads out"), said);
    }

    @Test
    public void aSecondRunMakesOnlyWhatChanged() throws IOException {
        Path out = folder.resolve("out");
        Source source = Source.ofFolders("train", "img", "seg", "dep");
        assertEquals(run(options(out, source, List.of(11))).written(), 6);
        // As left by a run that was killed in the middle of these
        Path halfManifest = AtomicFile.temporaryBeside(out.resolve("manifest.jsonl"));
        Path halfPicture = AtomicFile.temporaryBeside(out.resolve("rgb/cv/img/a.png"));
        Files.writeString(halfManifest, "{");
        Files.writeString(halfPicture, "");
        ImportSummary again = run(options(out, source, List.of(11)));
        assertFalse(Files.exists(halfManifest) || Files.exists(halfPicture));
        assertEquals(again.written(), 0);
        assertEquals(again.kept(), 6);
        assertEquals(run(options(out, source, List.of(11, 10))).written(), 6);
        assertEquals(LabelFiles.read(out.resolve("labels/cv/img/a.png")).classAt(3), 255);
        ListImportOptions kept =
                ConfigurationLoader.load(out.resolve(ImportPlace.OPTIONS_FILE), ListImportOptions.class, List.of());
        assertEquals(kept, options(out, source, List.of(11, 10)).withAbsolutePaths());
    }

    @Test
    public void masksOfTwoValuesAreToldUntilSomebodySaysWhatTheyMean() throws IOException {
        for (String name : List.of("a", "b c")) {
            LabelFiles.write(root.resolve("seg/" + name + ".png"), new LabelMap(3, 2, new byte[] {0, 0, 0, 0, -1, -1}));
        }
        ListImportOptions asTheyAre =
                options(folder.resolve("out"), Source.ofFolders("train", "img", "seg", null), List.of());
        ImportSummary told = run(asTheyAre);
        assertEquals(told.warnings().size(), 1, told.warnings().toString());
        assertTrue(
                told.warnings().get(0).contains("--label-map 0=0,255=1"),
                told.warnings().toString());
        assertTrue(
                told.notes().get(0).contains("10 of 11 classes never occur"),
                told.notes().toString());
        assertEquals(run(asTheyAre.withLabelMap(Map.of(0, 0, 255, 1))).warnings(), List.of());
        assertEquals(
                new DiskFrameSource(Manifest.read(folder.resolve("out")))
                        .read(0)
                        .segmentation()
                        .classAt(5),
                1);
        assertEquals(run(asTheyAre.withIgnore(List.of(255))).warnings(), List.of());
    }

    @Test
    public void depthThatMeansNoneIsToldAndLeftOutWhenItIsNamed() throws IOException {
        for (String name : List.of("a", "b c")) {
            DepthFiles.write(
                    root.resolve("dep/" + name + ".png"),
                    new DepthMap(3, 2, new float[] {1, 2, 3, 4, 65535, 65535}),
                    1);
        }
        ListImportOptions asItIs =
                options(folder.resolve("out"), Source.ofFolders("train", "img", null, "dep"), List.of());
        assertTrue(run(asItIs).warnings().get(0).endsWith("import with --invalid 65535"));
        assertEquals(run(asItIs.withInvalid(List.of(65535))).warnings(), List.of());
        assertEquals(
                new DiskFrameSource(Manifest.read(folder.resolve("out")))
                        .read(0)
                        .depth()
                        .metres()[5],
                0f);
    }

    @Test
    public void aClassSpaceMayBeAYmlFile() throws IOException {
        Path own = Files.writeString(folder.resolve("mine.yml"), """
                name: mine
                classes: [{name: x, colour: [1, 2, 3]}, {name: y, colour: [4, 5, 6]}]
                """);
        Path out = folder.resolve("out");
        run(ListImportOptions.of(root, out, List.of(Source.ofFolders("train", "img", "seg", null)))
                .classes(own.toString())
                .ignore(List.of(2, 10, 11))
                .build());
        assertEquals(new DiskFrameSource(Manifest.read(out)).classSpace(0).name(), "mine");
        Files.copy(own, out.resolve("own.yml"));
        FrameRecord frame = Manifest.read(out).frames().get(0);
        Manifest byYml = Manifest.of(out, List.of(frame.withClasses("own.yml")));
        assertEquals(new DiskFrameSource(byYml).classSpace(0).name(), "mine");
        for (String outside : List.of("../mine.yml", own.toString())) {
            Manifest leaving = Manifest.of(out, List.of(frame.withClasses(outside)));
            DataException e = expectThrows(DataException.class, () -> new DiskFrameSource(leaving));
            assertTrue(e.getMessage().contains("a YAML file inside that folder"), e.getMessage());
        }
    }

    @Test
    public void aUsersClassSpaceTravelsWithTheManifest() throws IOException {
        Path own = Files.writeString(folder.resolve("mine.yaml"), """
                name: mine
                classes: [{name: x, colour: [1, 2, 3]}, {name: y, colour: [4, 5, 6]}]
                """);
        Path out = folder.resolve("out");
        Source source = Source.ofFolders("train", "img", "seg", null);
        run(ListImportOptions.of(root, out, List.of(source))
                .classes(own.toString())
                .ignore(List.of(2, 10, 11))
                .build());
        assertEquals(Manifest.read(out).classSpaces(), java.util.Set.of("classes/mine.yaml"));
        assertEquals(new DiskFrameSource(Manifest.read(out)).classSpace(0).name(), "mine");
    }

    @Test
    public void camvidAsItIsPublished() throws IOException {
        Path camvid = RealFrames.path("camvid");
        ImportSummary summary = run(ListImportOptions.of(
                        camvid,
                        folder.resolve("camvid"),
                        List.of(
                                Source.ofFolders("train", "train/rgb", "train/labels", null),
                                Source.ofFolders("val", "val/rgb", "val/labels", null)))
                .classes("camvid11")
                .ignore(List.of(11))
                .build());
        assertEquals(summary.splits(), Map.of("train", 123, "val", 34));
        assertEquals(summary.withSegmentation(), 157);
        assertEquals(summary.skipped(), List.of());
        new DiskFrameSource(Manifest.read(summary.manifest())).read(156);
    }

    private static ImportSummary run(ListImportOptions options) throws IOException {
        return ListImport.run(options, Progress.NONE);
    }

    private Path list(String lines) throws IOException {
        return Files.writeString(folder.resolve("list.txt"), lines);
    }

    private ListImportOptions options(Path out, Source source, List<Integer> ignore) {
        return options(out, source, ignore, Map.of());
    }

    private ListImportOptions options(Path out, Source source, List<Integer> ignore, Map<Integer, Integer> labelMap) {
        return ListImportOptions.of(root, out, List.of(source))
                .classes("camvid11")
                .ignore(ignore)
                .labelMap(labelMap)
                .depthScale(1000.0)
                .idPrefix("cv/")
                .build();
    }

    private static FrameRecord record(String id, String rgb, String depth, @Nullable String labels) {
        return FrameRecord.of(id, rgb)
                .depth(depth)
                .segmentation(labels)
                .split("train")
                .classes(labels == null ? null : "camvid11")
                .depthScale(1000.0)
                .build();
    }
}
