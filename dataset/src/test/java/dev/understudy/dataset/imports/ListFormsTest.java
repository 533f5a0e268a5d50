package dev.understudy.dataset.imports;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.RealFrames;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
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
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Lists and folders as they come. */
public class ListFormsTest {
    private Path folder;
    private Path root;

    @BeforeMethod
    public void writeFiles() throws IOException {
        folder = Scratch.folder("forms");
        root = Files.createDirectory(folder.resolve("data"));
        for (String name : List.of("a", "b c", "d,e", "100%s")) {
            RgbFiles.writePng(root.resolve("rgb/" + name + ".png"), new RgbImage(2, 1, new byte[6]));
            LabelFiles.write(root.resolve("labels/" + name + ".png"), new LabelMap(2, 1, new byte[] {0, 1}));
            DepthFiles.write(root.resolve("depth/" + name + ".png"), new DepthMap(2, 1, new float[] {1, 2}), 1000);
            NormalFiles.write(
                    root.resolve("normals/" + name + ".png"), new NormalMap(2, 1, new float[] {0, 0, 1, 0, -1, 0}));
        }
    }

    @DataProvider
    public Object[][] separators() {
        return new Object[][] {{"\t"}, {","}, {", "}, {";"}, {" "}, {"   "}, {" \t"}};
    }

    @Test(dataProvider = "separators")
    public void listsAreReadWhateverPartsThem(String separator) throws IOException {
        StringBuilder lines = new StringBuilder("# rgb labels depth normals\n");
        for (String name : List.of("a", "b c", "d,e", "100%s")) {
            lines.append(String.join(
                            separator,
                            "rgb/" + name + ".png",
                            "labels/" + name + ".png",
                            "depth/" + name + ".png",
                            "normals/" + name + ".png"))
                    .append('\n');
        }
        for (String text : List.of(lines.toString(), lines.toString().replace("\n", "\r\n"), "\uFEFF" + lines)) {
            ImportSummary summary = run(list(text), "out");
            assertEquals(summary.frames(), 4, summary.skipped().toString());
            assertEquals(summary.withSegmentation(), 4);
            assertEquals(summary.withDepth(), 4);
            DiskFrameSource source = new DiskFrameSource(Manifest.read(folder.resolve("out")));
            assertEquals(source.read(1).segmentation().classAt(1), 1);
            assertEquals(source.read(1).normals().xyz()[2], 1f, 0.01f);
            assertEquals(source.record(3).id(), "rgb/100-s");
        }
    }

    /** As find and shells write them. */
    @Test
    public void pathsMayBeWrittenFromThisFolder() throws IOException {
        ImportSummary summary = run(
                list("./rgb/a.png ./labels/a.png\n./rgb//b c.png\t././labels/./b c.png\n\"./rgb/d,e.png\",\n"), "out");
        assertEquals(summary.frames(), 3, summary.skipped().toString());
        assertEquals(summary.withSegmentation(), 2);
        assertEquals(
                Manifest.read(folder.resolve("out")).frames().stream()
                        .map(FrameRecord::id)
                        .toList(),
                List.of("rgb/a", "rgb/b-c", "rgb/d-e"));
    }

    @Test
    public void theFirstLineIsNotLostToAMark() throws IOException {
        for (java.nio.charset.Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE)) {
            Path list = Files.write(
                    folder.resolve("list.txt"), "\uFEFFrgb/a.png\tlabels/a.png\r\nrgb/b c.png\r\n".getBytes(charset));
            ImportSummary summary = run(list, "marked");
            assertEquals(summary.frames(), 2, summary.skipped().toString());
            assertEquals(summary.withSegmentation(), 1);
        }
    }

    @Test
    public void columnsMayBeLeftEmptyOrOut() throws IOException {
        run(
                list(
                        "rgb/a.png,,depth/a.png\nrgb/b c.png\nrgb/d,e.png;;;normals/d,e.png\n\"rgb/100%s.png\",\"labels/100%s.png\"\n"),
                "out");
        List<FrameRecord> frames = Manifest.read(folder.resolve("out")).frames();
        assertNull(frames.get(0).segmentation());
        assertEquals(frames.get(0).depth(), "depth/rgb/a.png");
        assertNull(frames.get(1).depth());
        assertEquals(frames.get(2).normals(), "normals/rgb/d-e.png");
        assertEquals(frames.get(3).segmentation(), "labels/rgb/100-s.png");
    }

    @Test
    public void whatCannotBeTakenApartIsToldWithItsSeparator() throws IOException {
        DataException five =
                expectThrows(DataException.class, () -> run(list("rgb/a.png,a.png,a.png,a.png,a.png\n"), "out"));
        assertTrue(
                five.getMessage().contains("list.txt:1: found 5 columns by commas, expected rgb<TAB>labels"),
                five.getMessage());
        DataException parted = expectThrows(DataException.class, () -> run(list("rgb/a.png|labels/a.png\n"), "out"));
        assertTrue(
                parted.getMessage().contains("found no file 'rgb/a.png|labels/a.png'")
                        && parted.getMessage().contains("separate them by single tabs"),
                parted.getMessage());
        DataException endless = expectThrows(DataException.class, () -> run(list("a".repeat(1_000_000)), "out"));
        assertTrue(endless.getMessage().contains("found a line of more than 16384 characters"), endless.getMessage());
    }

    @Test
    public void labelFilesThatBelongToNoPictureAreCountedAndTheNearestPatternNamed() throws IOException {
        DataException none = expectThrows(DataException.class, () -> folders("masks", "%s_mask", null, 20));
        assertTrue(
                none.getMessage()
                        .contains(
                                "20 of 20 label files belong to no picture (the first: 0000_mask); nearest is picture 0000,"
                                        + " if '_mask' is left out, which would pair 20: add --pair-by '(.+?)(?:_mask)?'"),
                none.getMessage());
        assertEquals(folders("masks", "%s_mask", "(.+?)(?:_mask)?", 20).withSegmentation(), 20);
    }

    @DataProvider
    public Object[][] names() {
        return new Object[][] {
            {"%s", "%s_mask"},
            {"%s", "mask_%s"},
            {"%s", "sub/%s"},
            {"img_%s", "label_%s"},
            {"%s_rgb", "%s_label"},
            {"%s_leftImg8bit", "%s_gtFine_labelIds"},
            {"frame_color_%s", "frame_mask_%s"},
            {"run-%s.color", "run-%s.label"},
        };
    }

    /** What is suggested works. */
    @Test(dataProvider = "names")
    public void theSuggestedPatternPairsThem(String picture, String label) throws IOException {
        for (int i = 0; i < 30; i++) {
            String number = String.format(java.util.Locale.ROOT, "%04d", i * 3);
            picture("p/" + picture.replace("%s", number) + ".png");
            label("m/" + label.replace("%s", number) + ".png");
        }
        DataException none = expectThrows(DataException.class, () -> folders(null));
        assertTrue(none.getMessage().contains("which would pair 30"), none.getMessage());
        String pattern = none.getMessage().replaceFirst("(?s).*--pair-by '(.*)'$", "$1");
        assertEquals(folders(pattern).withSegmentation(), 30);
    }

    @Test
    public void someThatDoNotFitAreAWarning() throws IOException {
        for (int i = 0; i < 5; i++) {
            picture("p/" + i + ".png");
            label("m/" + i + (i > 2 ? "_x" : "") + ".png");
        }
        ImportSummary summary = folders(null);
        assertEquals(summary.withSegmentation(), 3);
        assertTrue(
                summary.warnings().get(0).contains("2 of 5 label files belong to no picture (the first: 3_x)"),
                summary.warnings().toString());
    }

    @Test
    public void aPatternThatIsNoneIsRefused() {
        for (String pattern : List.of("(", "abc", "(a)(b)")) {
            ConfigurationException e = expectThrows(ConfigurationException.class, () -> folders(pattern));
            assertTrue(e.getMessage().startsWith("--pair-by '" + pattern), e.getMessage());
        }
    }

    @Test
    public void scenesAreFoundInIds() throws IOException {
        picture("p/kitchen_0001/1.png");
        picture("p/kitchen_0001/2.png");
        picture("p/other.png");
        ImportSummary summary = ListImport.run(
                ListImportOptions.of(root, folder.resolve("out"), List.of(Source.ofFolders(null, "p", null, null)))
                        .scene("([a-z]+_\\d+)/")
                        .build(),
                Progress.NONE);
        List<FrameRecord> frames = Manifest.read(folder.resolve("out")).frames();
        assertEquals(frames.get(0).scene(), "kitchen_0001");
        assertEquals(frames.get(1).scene(), "kitchen_0001");
        assertNull(frames.get(2).scene());
        assertEquals(
                summary.warnings(),
                List.of("1 frames have no scene, since --scene does not fit their ids (the first: p/other)"));
    }

    @Test
    public void nyudv2AsItLiesHere() throws IOException {
        Path data = RealFrames.path("nyudv2");
        List<String> lines = Files.readAllLines(data.resolve("train.txt")).subList(0, 6);
        Path list = Files.write(folder.resolve("some.txt"), lines);
        ImportSummary summary = ListImport.run(
                ListImportOptions.of(data, folder.resolve("nyudv2"), List.of(Source.ofList("train", list)))
                        .classes("nyud40")
                        .depthScale(25.5)
                        .build(),
                Progress.NONE);
        assertEquals(summary.frames(), 6, summary.skipped().toString());
        assertEquals(summary.withSegmentation() + summary.withDepth(), 12);
        assertTrue(
                summary.warnings().stream().noneMatch(line -> line.contains("depth")),
                summary.warnings().toString());
    }

    private ImportSummary folders(String labels, String name, String pairBy, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String number = String.format(java.util.Locale.ROOT, "%04d", i);
            picture("p/" + number + ".png");
            label("m/" + name.replace("%s", number) + ".png");
        }
        return folders(pairBy);
    }

    private ImportSummary folders(String pairBy) throws IOException {
        return ListImport.run(
                ListImportOptions.of(root, folder.resolve("out"), List.of(Source.ofFolders(null, "p", "m", null)))
                        .classes("nyud40")
                        .pairBy(pairBy)
                        .build(),
                Progress.NONE);
    }

    private void picture(String path) throws IOException {
        RgbFiles.writePng(root.resolve(path), new RgbImage(2, 1, new byte[6]));
    }

    private void label(String path) throws IOException {
        LabelFiles.write(root.resolve(path), new LabelMap(2, 1, new byte[2]));
    }

    private ImportSummary run(Path list, String out) throws IOException {
        return ListImport.run(
                ListImportOptions.of(root, folder.resolve(out), List.of(Source.ofList("train", list)))
                        .classes("nyud40")
                        .depthScale(1000.0)
                        .labelMap(Map.of())
                        .build(),
                Progress.NONE);
    }

    private Path list(String lines) throws IOException {
        return Files.writeString(folder.resolve("list.txt"), lines);
    }
}
