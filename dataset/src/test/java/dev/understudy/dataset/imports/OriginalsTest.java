package dev.understudy.dataset.imports;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.edit.MergeRun;
import dev.understudy.dataset.edit.MergeRun.MergeOptions;
import dev.understudy.dataset.edit.NormalsRun;
import dev.understudy.dataset.edit.NormalsRun.NormalOptions;
import dev.understudy.dataset.edit.SplitRun;
import dev.understudy.dataset.edit.SplitRunOptionsBuilder;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.ListImportOptions.Source;
import dev.understudy.dataset.imports.rgbd.KittiImport;
import dev.understudy.dataset.imports.rgbd.RgbdImport;
import dev.understudy.dataset.imports.rgbd.RgbdImport.RgbdImportOptions;
import dev.understudy.dataset.imports.rgbd.RgbdLayout;
import dev.understudy.files.Scratch;
import dev.understudy.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The user's files stay as they are, wherever results are asked for, and results follow their content. */
public class OriginalsTest {
    private Path folder;
    private Path root;

    /** In the folders that an import writes to, under the names that it gives. */
    @BeforeMethod
    public void writeFiles() throws IOException {
        folder = Scratch.folder("originals").toRealPath();
        root = Files.createDirectory(folder.resolve("data"));
        for (String name : List.of("a", "b")) {
            RgbFiles.writePng(root.resolve("rgb/" + name + ".png"), new RgbImage(3, 2, new byte[18]));
            LabelFiles.write(
                    root.resolve("labels/" + name + ".png"), new LabelMap(3, 2, new byte[] {0, 1, 2, 3, 4, 5}));
            DepthFiles.write(
                    root.resolve("depth/" + name + ".png"), new DepthMap(3, 2, new float[] {1, 2, 65535, 4, 5, 6}), 1);
        }
    }

    private interface Import {
        ImportSummary run(Path from, Path to) throws IOException;
    }

    @DataProvider
    public Object[][] importers() {
        Import list = (from, to) -> ListImport.run(list(from, to, Map.of(1, 2)), Progress.NONE);
        Import rgbd = (from, to) -> RgbdImport.run(RgbdImportOptions.of(from, to, RgbdLayout.PAIRS), Progress.NONE);
        Import kitti = (from, to) -> KittiImport.run(KittiImport.Options.of(from, to), Progress.NONE);
        return new Object[][] {{list}, {rgbd}, {kitti}};
    }

    @Test(dataProvider = "importers")
    public void theFolderThatIsImportedFromIsRefusedForResults(Object importer) throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), root);
        Path insideLink =
                Files.createSymbolicLink(folder.resolve("inside"), Files.createDirectory(root.resolve("rgb/x")));
        Map<String, String> before = contents();
        List<Path> refused = List.of(
                root,
                root.resolve("."),
                root.resolve("rgb/.."),
                link,
                root.resolve("rgb"),
                root.resolve("rgb/new"),
                link.resolve("rgb/new/deeper"),
                insideLink,
                insideLink.resolve("new"));
        for (Path out : refused) {
            ConfigurationException e =
                    expectThrows(ConfigurationException.class, () -> ((Import) importer).run(root, out));
            assertTrue(e.getMessage().startsWith("--out " + out), e.getMessage());
            assertEquals(contents(), before, out.toString());
        }
    }

    @Test
    public void whatLiesWhereResultsWouldGoStaysAsItIs() throws IOException {
        LabelFiles.write(folder.resolve("all/labels/labels/c.png"), new LabelMap(3, 2, new byte[6]));
        RgbFiles.writePng(folder.resolve("all/labels/rgb/c.png"), new RgbImage(3, 2, new byte[18]));
        Map<String, String> before = contents();
        ConfigurationException below = expectThrows(
                ConfigurationException.class,
                () -> ListImport.run(
                        list(folder.resolve("all/labels"), folder.resolve("all"), Map.of(1, 2)), Progress.NONE));
        assertTrue(below.getMessage().contains("would be written among the files of"), below.getMessage());
        before.forEach((file, content) -> assertEquals(contents().get(file), content, file));

        LabelFiles.write(folder.resolve("out/labels/rgb/a.png"), new LabelMap(1, 1, new byte[] {7}));
        ConfigurationException there = expectThrows(
                ConfigurationException.class,
                () -> ListImport.run(list(root, folder.resolve("out"), Map.of(1, 2)), Progress.NONE));
        assertTrue(there.getMessage().contains("labels/rgb/a.png: is there already"), there.getMessage());
        assertEquals(LabelFiles.read(folder.resolve("out/labels/rgb/a.png")).classAt(0), 7);

        ManifestWriter.write(
                folder.resolve("mine/manifest.jsonl"),
                List.of(FrameRecord.of("x", "x.png").build()));
        String mine = Files.readString(folder.resolve("mine/manifest.jsonl"));
        expectThrows(
                ConfigurationException.class,
                () -> ListImport.run(list(root, folder.resolve("mine"), Map.of()), Progress.NONE));
        assertEquals(Files.readString(folder.resolve("mine/manifest.jsonl")), mine);
    }

    @Test
    public void aManifestAboveRefersToFilesWhereTheyAre() throws IOException {
        Map<String, String> before = contents();
        ImportSummary summary = ListImport.run(list(root, folder, Map.of(1, 2)), Progress.NONE);
        assertEquals(summary.written(), 2, "the labels whose values change");
        assertEquals(Manifest.read(folder).frames().get(0).rgb(), "data/rgb/a.png");
        before.forEach((file, content) -> assertEquals(contents().get(file), content, file));
        assertEquals(
                ListImport.run(list(root, folder, Map.of(1, 2)), Progress.NONE).kept(), 2);
        assertEquals(LabelFiles.read(folder.resolve("labels/rgb/a.png")).classAt(1), 2, "mapped once");
    }

    @Test
    public void aSourceThatChangedUnderItsOldTimeStampIsImportedAnew() throws IOException {
        Path out = folder.resolve("out");
        ListImport.run(list(root, out, Map.of(1, 2)), Progress.NONE);
        for (String kind : List.of("rgb", "labels", "depth")) {
            Path file = root.resolve(kind + "/b.png");
            FileTime time = Files.getLastModifiedTime(file);
            if (kind.equals("labels")) {
                LabelFiles.write(file, new LabelMap(3, 2, new byte[] {1, 1, 1, 1, 1, 1}));
            } else if (kind.equals("depth")) {
                DepthFiles.write(file, new DepthMap(3, 2, new float[] {9, 2, 3, 4, 5, 6}), 1);
            } else {
                RgbFiles.writePng(
                        file,
                        new RgbImage(3, 2, "changed 18 bytes! ".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            }
            Files.setLastModifiedTime(file, time);
            Files.setLastModifiedTime(
                    out.resolve("rgb/rgb/b.png"), Files.getLastModifiedTime(root.resolve("rgb/b.png")));
        }
        ImportSummary again = ListImport.run(list(root, out, Map.of(1, 2)), Progress.NONE);
        assertEquals(again.written(), 3);
        assertEquals(again.kept(), 3);
        assertEquals(RgbFiles.read(out.resolve("rgb/rgb/b.png")).rgb()[0], 'c');
        assertEquals(LabelFiles.read(out.resolve("labels/rgb/b.png")).classAt(0), 2);
        assertEquals(DepthFiles.read(out.resolve("depth/rgb/b.png"), 1).metres()[0], 9f);

        // The other way round: a new time stamp alone changes nothing.
        Files.setLastModifiedTime(root.resolve("rgb/a.png"), FileTime.fromMillis(0));
        assertEquals(
                ListImport.run(list(root, out, Map.of(1, 2)), Progress.NONE).written(), 0);
        // A copy that was cut short is made again.
        Files.write(out.resolve("rgb/rgb/a.png"), new byte[3]);
        assertEquals(
                ListImport.run(list(root, out, Map.of(1, 2)), Progress.NONE).written(), 1);
    }

    @Test
    public void aRunThatWasKilledGoesOn() throws IOException {
        Path out = folder.resolve("out");
        ListImport.run(list(root, out, Map.of(1, 2)), Progress.NONE);
        Path files = out.resolve("import.files");
        List<String> lines = Files.readAllLines(files);
        // Killed after the file was written, before that was noted; and in the middle of a line.
        String last = lines.get(lines.size() - 1);
        String head = String.join("\n", lines.subList(0, lines.size() - 1)) + "\n";
        for (String end : List.of(last.split("\t")[0] + "\n", last.substring(0, last.length() - 5))) {
            Files.writeString(files, head + end);
            Files.delete(out.resolve("manifest.jsonl"));
            ImportSummary again = ListImport.run(list(root, out, Map.of(1, 2)), Progress.NONE);
            assertEquals(again.written() + again.kept(), 6);
            assertEquals(again.written(), 1);
        }
    }

    @Test
    public void editorsReplaceNoManifestOfTheUsers() throws IOException {
        Path data = folder.resolve("set");
        RgbFiles.writePng(data.resolve("rgb/1.png"), new RgbImage(2, 2, new byte[12]));
        DepthFiles.write(data.resolve("depth/1.png"), new DepthMap(2, 2, new float[] {1, 1, 1, 1}), 1000);
        NormalFiles.write(data.resolve("normals/x/1.png"), new NormalMap(1, 1, new float[] {0, 0, 1}));
        FrameRecord frame = FrameRecord.of("x/1", "rgb/1.png")
                .depth("depth/1.png")
                .depthScale(1000.0)
                .intrinsics(new Intrinsics(1, 1, 1, 1))
                .build();
        ManifestWriter.write(data.resolve("manifest.jsonl"), List.of(frame));
        ManifestWriter.write(data.resolve("part.jsonl"), List.of(frame));
        Files.createSymbolicLink(data.resolve("link.jsonl"), data.resolve("part.jsonl"));
        Map<String, String> before = contents();

        for (String out : List.of("part.jsonl", "manifest.jsonl", "link.jsonl")) {
            NormalsRun.Options normals =
                    new NormalsRun.Options(data.resolve("part.jsonl"), out, NormalOptions.defaults(), null, 1000);
            expectThrows(ConfigurationException.class, () -> NormalsRun.run(normals, Progress.NONE));
            SplitRun.Options split = SplitRunOptionsBuilder.builder()
                    .manifest(data.resolve("part.jsonl"))
                    .out(out)
                    .ratios(Map.of("train", 1.0))
                    .seed(0)
                    .by(SplitRun.Options.By.FRAME)
                    .build();
            expectThrows(ConfigurationException.class, () -> SplitRun.run(split));
            assertEquals(contents(), before, out);
        }
        NormalsRun.Options onto = new NormalsRun.Options(data, "normals.jsonl", NormalOptions.defaults(), null, 1000);
        ConfigurationException e =
                expectThrows(ConfigurationException.class, () -> NormalsRun.run(onto, Progress.NONE));
        assertTrue(e.getMessage().contains("normals/x/1.png: is there already"), e.getMessage());
        before.forEach((file, content) -> assertEquals(contents().get(file), content, file));

        MergeOptions merge =
                new MergeOptions(List.of(new MergeOptions.Input("set", data.resolve("part.jsonl"))), data, null, false);
        expectThrows(ConfigurationException.class, () -> MergeRun.run(merge, Progress.NONE));
        before.forEach((file, content) -> assertEquals(contents().get(file), content, file));
    }

    @Test
    public void aMergeWritesIntoNoInput() throws IOException {
        for (String set : List.of("far/x", "all/near")) {
            RgbFiles.writePng(folder.resolve(set + "/1.png"), new RgbImage(1, 1, new byte[] {1, 2, (byte) set.length()
            }));
            ManifestWriter.write(
                    folder.resolve(set + "/manifest.jsonl"),
                    List.of(FrameRecord.of(set, "1.png").build()));
        }
        Map<String, String> before = contents();
        // The far one's files would go to all/near/, which is the other input.
        MergeOptions clash = new MergeOptions(
                List.of(
                        new MergeOptions.Input("near", folder.resolve("far/x")),
                        new MergeOptions.Input("", folder.resolve("all/near"))),
                folder.resolve("all"),
                null,
                false);
        expectThrows(ConfigurationException.class, () -> MergeRun.run(clash, Progress.NONE));
        before.forEach((file, content) -> assertEquals(contents().get(file), content, file));
        assertFalse(Files.exists(folder.resolve("all/manifest.jsonl")));

        MergeOptions apart = new MergeOptions(
                List.of(
                        new MergeOptions.Input("far", folder.resolve("far/x")),
                        new MergeOptions.Input("", folder.resolve("all/near"))),
                folder.resolve("all"),
                null,
                false);
        MergeRun.run(apart, Progress.NONE);
        assertEquals(MergeRun.run(apart, Progress.NONE).frames(), 2, "a second run replaces its own");
        RgbFiles.writePng(folder.resolve("far/x/1.png"), new RgbImage(1, 1, new byte[] {9, 9, 9}));
        Files.setLastModifiedTime(
                folder.resolve("far/x/1.png"), Files.getLastModifiedTime(folder.resolve("all/far/1.png")));
        MergeRun.run(apart, Progress.NONE);
        assertEquals(RgbFiles.read(folder.resolve("all/far/1.png")).rgb()[0], 9);
    }

    private static ListImportOptions list(Path from, Path to, Map<Integer, Integer> map) {
        String depth = Files.exists(from.resolve("depth")) ? "depth" : null;
        return ListImportOptions.of(from, to, List.of(Source.ofFolders("train", "rgb", "labels", depth)))
                .classes("nyud40")
                .labelMap(map)
                .depthScale(1000.0)
                .build();
    }

    /** Of every file, by its path. */
    private Map<String, String> contents() {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                contents.put(
                        folder.relativize(file).toString(), Files.isRegularFile(file) ? Sha256.of(file) : "folder");
            }
            return contents;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
