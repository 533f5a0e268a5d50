package dev.understudy.dataset.imports;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.RealFrames;
import dev.understudy.dataset.check.DatasetCheck;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.ExifJpeg;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.ListImportOptions.Source;
import dev.understudy.dataset.imports.PictureImport.Orientation;
import dev.understudy.dataset.imports.rgbd.RgbdImport;
import dev.understudy.dataset.imports.rgbd.RgbdImport.RgbdImportOptions;
import dev.understudy.dataset.imports.rgbd.RgbdLayout;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Pictures that carry an EXIF orientation, against labels and depth that were made on one side of it or the other. */
public class PictureImportTest {
    private static final int WIDTH = 32;
    private static final int HEIGHT = 48;

    private Path folder;
    private Path root;

    @BeforeMethod
    public void makeFolders() throws IOException {
        folder = Scratch.folder("pictures");
        root = Files.createDirectory(folder.resolve("data"));
    }

    @DataProvider
    public Object[][] orientations() {
        return new Object[][] {{2}, {3}, {4}, {5}, {6}, {7}, {8}};
    }

    @Test(dataProvider = "orientations")
    public void labelsDrawnInAViewerFitTheImportedPicture(int orientation) throws IOException {
        ExifJpeg.write(root.resolve("rgb/a.jpg"), stored(), orientation);
        RgbImage shown = RgbFiles.read(root.resolve("rgb/a.jpg"));
        labels("labels/a.png", shown);
        ImportSummary summary = run(Orientation.AUTO, folder.resolve("out"));
        assertAligned(folder.resolve("out"));
        assertEquals(summary.warnings().size(), 1, summary.warnings().toString());
        String warning = summary.warnings().get(0);
        assertTrue(warning.startsWith("1 frames have a picture with an EXIF orientation and were turned"), warning);
        assertEquals(warning.contains("would fit the stored pixels too"), orientation < 5, warning);
        Path imported = folder.resolve("out/rgb/rgb/a.png");
        assertFalse(ImageHeader.read(imported).isTurned(), "no reader can see it the other way up");
        assertEquals(run(Orientation.AUTO, folder.resolve("out")).written(), 0);

        // A manifest above, which may refer to files where they are, does not refer to this one.
        run(Orientation.AUTO, folder);
        assertAligned(folder);
        assertEquals(Manifest.read(folder).frames().get(0).rgb(), "rgb/rgb/a.png");
    }

    @Test(dataProvider = "orientations")
    public void labelsOfTheStoredPixelsFitTheImportedPicture(int orientation) throws IOException {
        ExifJpeg.write(root.resolve("rgb/a.jpg"), stored(), orientation);
        labels("labels/a.png", RgbFiles.readStored(root.resolve("rgb/a.jpg"), 10_000));
        // Half turns fit both ways, so one has to say it
        ImportSummary summary = run(orientation < 5 ? Orientation.STORED : Orientation.AUTO, folder.resolve("out"));
        assertAligned(folder.resolve("out"));
        assertEquals(
                summary.warnings().size(),
                orientation < 5 ? 0 : 1,
                summary.warnings().toString());
    }

    @Test(dataProvider = "orientations")
    public void aManifestWrittenByHandIsReadTheSameWay(int orientation) throws IOException {
        ExifJpeg.write(root.resolve("a.jpg"), stored(), orientation);
        labels("shown.png", RgbFiles.read(root.resolve("a.jpg")));
        labels("stored.png", RgbFiles.readStored(root.resolve("a.jpg"), 10_000));
        ManifestWriter.write(
                root.resolve("manifest.jsonl"),
                List.of(
                        FrameRecord.of("shown", "a.jpg")
                                .segmentation("shown.png")
                                .classes("nyud40")
                                .build(),
                        FrameRecord.of("stored", "a.jpg")
                                .segmentation("stored.png")
                                .classes("nyud40")
                                .build()));
        DiskFrameSource source = new DiskFrameSource(Manifest.read(root));
        assertAligned(source.read(0));
        if (orientation >= 5) {
            assertAligned(source.read(1));
        }
        DatasetCheck.Result result = DatasetCheck.run(List.of(root), 10_000, Progress.NONE);
        assertTrue(result.isSound(), result.problems().toString());
        assertTrue(
                result.warnings().get(0).startsWith("pictures: 2 carry an EXIF orientation"),
                result.warnings().toString());
        assertEquals(result.warnings().toString().contains("would fit the stored pixels too"), orientation < 5);
    }

    @Test
    public void depthOfTheSensorDecidesForASequence() throws IOException {
        ExifJpeg.write(root.resolve("rgb/a.jpg"), stored(), 6);
        float[] metres = new float[WIDTH * HEIGHT];
        Arrays.fill(metres, 1000);
        DepthFiles.write(root.resolve("depth/a.png"), new DepthMap(WIDTH, HEIGHT, metres), 1);
        Path out = folder.resolve("out");
        ImportSummary summary = RgbdImport.run(RgbdImportOptions.of(root, out, RgbdLayout.PAIRS), Progress.NONE);
        assertEquals(summary.frames(), 1, summary.skipped().toString());
        assertTrue(
                summary.warnings().get(0).contains("was not applied"),
                summary.warnings().toString());
        assertEquals(new DiskFrameSource(Manifest.read(out)).read(0).width(), WIDTH);
    }

    @Test
    public void whatFitsNeitherWayIsLeftOutWithBothSizes() throws IOException {
        ExifJpeg.write(root.resolve("rgb/a.jpg"), stored(), 6);
        ExifJpeg.write(root.resolve("rgb/b.jpg"), stored(), 1);
        LabelFiles.write(root.resolve("labels/a.png"), new LabelMap(8, 8, new byte[64]));
        labels("labels/b.png", RgbFiles.read(root.resolve("rgb/b.jpg")));
        ImportSummary summary = run(Orientation.AUTO, folder.resolve("out"));
        assertEquals(summary.frames(), 1);
        assertTrue(
                summary.skipped().get(0).reason().contains("found 8×8 pixels, expected 48×32 as in")
                        && summary.skipped().get(0).reason().contains("32×48 as stored"),
                summary.skipped().toString());
        assertEquals(summary.warnings(), List.of(), "one without an orientation is nothing to tell of");
        assertEquals(Manifest.read(folder.resolve("out")).frames().get(0).rgb(), "rgb/rgb/b.jpg");
    }

    @Test
    public void asAPhoneMadeThem() throws IOException {
        for (String turn : List.of("half", "quarter")) {
            Path out = folder.resolve(turn);
            ListImport.run(
                    ListImportOptions.of(
                                    RealFrames.path("cases/exif-orientation/" + turn),
                                    out,
                                    List.of(Source.ofFolders(null, "rgb", "labels", null)))
                            .classes("nyud40")
                            .build(),
                    Progress.NONE);
            Frame frame = new DiskFrameSource(Manifest.read(out)).read(0);
            assertEquals(frame.width(), 160);
            // The light floor, class 1, fills the lower left of the picture; on its head, that is a picture frame's
            // wall.
            assertEquals(frame.segmentation().classAt(110 * 160 + 20), 1);
        }
    }

    private ImportSummary run(Orientation orientation, Path out) throws IOException {
        return ListImport.run(
                ListImportOptions.of(root, out, List.of(Source.ofFolders("train", "rgb", "labels", null)))
                        .classes("nyud40")
                        .orientation(orientation)
                        .scene("(a|b)$")
                        .build(),
                Progress.NONE);
    }

    private static void assertAligned(Path data) {
        assertAligned(new DiskFrameSource(Manifest.read(data)).read(0));
    }

    /** Every block of the picture has the grey that its label says. */
    private static void assertAligned(Frame frame) {
        for (int i = 0; i < frame.segmentation().classes().length; i++) {
            int grey = frame.rgb().rgb()[3 * i] & 0xFF;
            assertTrue(Math.abs(grey - grey(frame.segmentation().classAt(i))) < 10, "pixel " + i);
        }
    }

    private void labels(String path, RgbImage picture) throws IOException {
        byte[] classes = new byte[picture.width() * picture.height()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (byte) Math.round(((picture.rgb()[3 * i] & 0xFF) - 20) / 6f);
        }
        LabelFiles.write(root.resolve(path), new LabelMap(picture.width(), picture.height(), classes));
    }

    private static int grey(int label) {
        return 20 + 6 * label;
    }

    /** Blocks of 16, so that no coding of JPEG moves one; classes 0 to 39 by steps, all different. */
    private static RgbImage stored() {
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            int block = i % WIDTH / 16 + 2 * (i / WIDTH / 16);
            Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) grey(7 * block));
        }
        return new RgbImage(WIDTH, HEIGHT, rgb);
    }
}
