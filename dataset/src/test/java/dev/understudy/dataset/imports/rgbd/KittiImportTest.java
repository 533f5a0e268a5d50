package dev.understudy.dataset.imports.rgbd;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class KittiImportTest {
    private static final String DAY = "2011_09_26/";
    private static final String DRIVE = "2011_09_26_drive_0002_sync";
    private static final String P_RECT = ": 721.5 0 609.5 44.8 0 721.6 172.8 0.2 0 0 1 0.003\n";

    private Path root;
    private Path out;

    @BeforeMethod
    public void makeFolders() throws IOException {
        root = Files.createDirectory(Scratch.folder("kitti").resolve("kitti"));
        out = root.resolveSibling("out");
    }

    @Test
    public void drivesWithDepthBecomeDepthOnlyFrames() throws IOException {
        text("raw/" + DAY + "calib_cam_to_cam.txt", "calib_time: 09-Jan-2012 13:57:47\nP_rect_02" + P_RECT);
        for (int i = 0; i < 8; i++) {
            String frame = String.format(Locale.ROOT, "00000000%02d.png", i);
            picture("raw/" + DAY + DRIVE + "/image_02/data/" + frame, 6, 4);
            picture("raw/" + DAY + DRIVE + "/image_03/data/" + frame, 6, 4);
            if (i >= 2) {
                depth("depth/val/" + DRIVE + "/proj_depth/groundtruth/image_02/" + frame, 6, 4, 5120);
                depth("depth/val/" + DRIVE + "/proj_depth/velodyne_raw/image_02/" + frame, 6, 4, 2560);
            }
        }
        depth("depth/train/2011_09_26_drive_0001_sync/proj_depth/groundtruth/image_02/0000000005.png", 6, 4, 1);
        ImportSummary summary = KittiImport.run(
                KittiImportOptionsBuilder.builder()
                        .roots(List.of(root.resolve("raw"), root.resolve("depth")))
                        .out(out)
                        .classes("kitti6")
                        .laserDepth(false)
                        .disparity(false)
                        .cameras(List.of(2, 3))
                        .every(2)
                        .idPrefix("kitti/")
                        .maxPixels(1_000_000)
                        .build(),
                Progress.NONE);
        assertEquals(summary.frames(), 3);
        assertEquals(summary.splits(), Map.of("val", 3));
        assertTrue(summary.skipped().get(0).reason().contains("found 1 depth maps without their pictures"));
        Frame frame = new DiskFrameSource(Manifest.read(out)).read(1);
        assertEquals(frame.id(), "kitti/2011_09_26_drive_0002/0000000004_02");
        assertEquals(frame.depth().metres()[0], 20f);
        assertNull(frame.segmentation());
        assertEquals(frame.record().intrinsics(), new Intrinsics(721.5, 721.6, 609.5, 172.8));
        KittiImport.Options laser = KittiImportOptionsBuilder.builder()
                .roots(List.of(root))
                .out(out)
                .classes("kitti6")
                .laserDepth(true)
                .disparity(false)
                .cameras(List.of(2))
                .every(1)
                .idPrefix("kitti/")
                .maxPixels(1_000_000)
                .build();
        assertEquals(KittiImport.run(laser, Progress.NONE).frames(), 6);
        assertEquals(new DiskFrameSource(Manifest.read(out)).read(0).depth().metres()[0], 10f);
    }

    @Test
    public void labelIdsBecomeKitti6() throws IOException {
        picture("training/image_2/000000_10.png", 5, 2);
        picture("training/image_2/000001_10.png", 4, 3);
        picture("testing/image_2/000000_10.png", 5, 2);
        int[] ids = {0, 7, 8, 11, 21, 22, 23, 26, 24, 255};
        labels("training/semantic/000000_10.png", 5, 2, ids);
        labels("training/semantic/000001_10.png", 4, 3, new int[] {27, 28, 31, 33, 32, 17, 12, 1, 2, 3, 4, 5});
        text("training/calib_cam_to_cam/000000.txt", "P_rect_02" + P_RECT);
        ImportSummary summary = KittiImport.run(KittiImport.Options.of(root, out), Progress.NONE);
        assertEquals(summary.frames(), 2);
        assertEquals(summary.withSegmentation(), 2);
        DiskFrameSource source = new DiskFrameSource(Manifest.read(out));
        assertEquals(source.read(0).segmentation().classes(), bytes(255, 2, 3, 1, 4, 4, 0, 5, 255, 255));
        assertEquals(source.record(0).intrinsics(), new Intrinsics(721.5, 721.6, 609.5, 172.8));
        assertEquals(
                source.read(1).segmentation().classes(), bytes(5, 5, 5, 255, 255, 255, 255, 255, 255, 255, 255, 255));
        assertEquals(source.read(1).width(), 4);
        assertNull(source.record(1).intrinsics());
    }

    @Test
    public void labelledFramesGetDepthFromDisparityIfAskedFor() throws IOException {
        for (String number : List.of("000000", "000001", "000002")) {
            picture("semantics/training/image_2/" + number + "_10.png", 3, 1);
            labels("semantics/training/semantic/" + number + "_10.png", 3, 1, new int[] {7, 11, 23});
        }
        // Cameras half a metre apart that see with a focal length of 800 pixels: 100 pixels are 4 m
        text(
                "flow/training/calib_cam_to_cam/000000.txt",
                "P_rect_02: 800 0 2 50 0 800 1 0 0 0 1 0\nP_rect_03: 800 0 2 -350 0 800 1 0 0 0 1 0\n");
        text("flow/training/calib_cam_to_cam/000001.txt", "P_rect_02: 800 0 2 50 0 800 1 0 0 0 1 0\n");
        disparity("flow/training/disp_occ_0/000000_10.png", 100 * 256, 0, 1);
        disparity("flow/training/disp_noc_0/000000_10.png", 50 * 256, 0, 0);
        disparity("flow/training/disp_noc_0/000001_10.png", 50 * 256, 0, 0);
        KittiImport.Options options = KittiImportOptionsBuilder.builder()
                .roots(List.of(root.resolve("semantics"), root.resolve("flow")))
                .out(out)
                .classes("kitti6")
                .laserDepth(false)
                .disparity(true)
                .cameras(List.of(2))
                .every(1)
                .idPrefix("kitti/")
                .maxPixels(1_000_000)
                .build();
        ImportSummary summary = KittiImport.run(options, Progress.NONE);
        assertEquals(summary.frames(), 1);
        assertEquals(summary.withDepth(), 1);
        Frame frame = new DiskFrameSource(Manifest.read(out)).read(0);
        assertEquals(
                frame.depth().metres(), new float[] {4, 0, 0}, "nothing measured, or farther than 16 bits can say");
        assertEquals(frame.segmentation().classes(), bytes(2, 1, 0));
        assertEquals(frame.record().intrinsics(), new Intrinsics(800, 800, 2, 1));
        List<String> reasons =
                summary.skipped().stream().map(ImportSummary.Skipped::reason).toList();
        assertTrue(reasons.get(0).contains("found no disp_occ_0/000002_10.png for its depth"), reasons.get(0));
        assertTrue(reasons.get(1).contains("found no line 'P_rect_03:'"), reasons.get(1));
        assertEquals(KittiImport.run(options, Progress.NONE).written(), 0, "a second run finds all made");
    }

    @Test
    public void theDepthSelectionHasItsOwnNames() throws IOException {
        String stem = "val_selection_cropped/%s/" + DRIVE + "_%s_0000000005_image_02.";
        picture(String.format(Locale.ROOT, stem, "image", "image") + "png", 4, 4);
        depth(String.format(Locale.ROOT, stem, "groundtruth_depth", "groundtruth_depth") + "png", 4, 4, 256);
        text(String.format(Locale.ROOT, stem, "intrinsics", "image") + "txt", "721 0 600 0 722 170 0 0 1");
        ImportSummary summary = KittiImport.run(KittiImport.Options.of(root, root.getParent()), Progress.NONE);
        assertEquals(summary.frames(), 1);
        assertEquals(summary.written(), 0, "all stays in place");
        Frame frame = new DiskFrameSource(Manifest.read(root.getParent())).read(0);
        assertEquals(frame.record().scene(), "2011_09_26_drive_0002");
        assertEquals(frame.depth().metres()[3], 1f);
        assertEquals(frame.record().intrinsics(), new Intrinsics(721, 722, 600, 170));
    }

    @Test
    public void whatIsWrongIsSaid() throws IOException {
        DataException none = expectThrows(
                DataException.class, () -> KittiImport.run(KittiImport.Options.of(root, out), Progress.NONE));
        assertTrue(none.getMessage().contains("none was found; check the folder and the layout"), none.getMessage());
        picture("training/image_2/000000_10.png", 2, 1);
        labels("training/semantic/000000_10.png", 2, 1, new int[] {7, 34});
        picture("training/image_2/000001_10.png", 2, 1);
        labels("training/semantic/000001_10.png", 1, 1, new int[] {7});
        picture("training/image_2/000002_10.png", 2, 1);
        labels("training/semantic/000002_10.png", 2, 1, new int[] {7, 7});
        text("training/calib_cam_to_cam/000002.txt", "P_rect_02: 1 2 x");
        DataException all = expectThrows(
                DataException.class, () -> KittiImport.run(KittiImport.Options.of(root, out), Progress.NONE));
        assertTrue(all.getMessage().contains("found label id 34 at pixel x 1, y 0"), all.getMessage());
        ConfigurationException joint = expectThrows(
                ConfigurationException.class,
                () -> KittiImport.run(
                        KittiImportOptionsBuilder.builder()
                                .roots(List.of(root))
                                .out(out)
                                .classes("nyud40-kitti6")
                                .laserDepth(false)
                                .disparity(false)
                                .cameras(List.of(2))
                                .every(1)
                                .idPrefix("")
                                .maxPixels(1_000_000)
                                .build(),
                        Progress.NONE));
        assertTrue(joint.getMessage().contains("is a joint one"), joint.getMessage());
    }

    private void picture(String path, int width, int height) throws IOException {
        RgbFiles.writePng(root.resolve(path), new RgbImage(width, height, new byte[width * height * 3]));
    }

    private void depth(String path, int width, int height, int value) throws IOException {
        float[] values = new float[width * height];
        java.util.Arrays.fill(values, value);
        DepthFiles.write(root.resolve(path), new DepthMap(width, height, values), 1);
    }

    private void disparity(String path, int... values) throws IOException {
        float[] pixels = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            pixels[i] = values[i];
        }
        DepthFiles.write(root.resolve(path), new DepthMap(values.length, 1, pixels), 1);
    }

    private void labels(String path, int width, int height, int[] ids) throws IOException {
        LabelFiles.write(root.resolve(path), new LabelMap(width, height, bytes(ids)));
    }

    private void text(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
