package dev.understudy.dataset.frame;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.RealFrames;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class DiskFrameSourceTest {
    private Path folder;

    @BeforeClass
    public void writeFrames() throws IOException {
        folder = Scratch.folder("frames");
        RgbFiles.writePng(folder.resolve("rgb.png"), new RgbImage(4, 3, new byte[36]));
        DepthFiles.write(folder.resolve("depth.png"), new DepthMap(4, 3, new float[12]), 1000);
        byte[] labels = {0, 5, -1, 0, 0, 0, 6, 0, 0, 0, 0, 0};
        LabelFiles.write(folder.resolve("labels.png"), new LabelMap(4, 3, labels));
        NormalFiles.write(folder.resolve("normals.png"), new NormalMap(4, 3, new float[36]));
        LabelFiles.write(folder.resolve("small.png"), new LabelMap(3, 3, new byte[9]));
    }

    @Test
    public void readsWhatTheRecordNames() {
        Frame full = source(frame("rgb.png", "depth.png", "labels.png", "normals.png", "cityscapes19"))
                .read(0);
        assertEquals(full.width(), 4);
        assertEquals(full.height(), 3);
        assertEquals(full.segmentation().classAt(6), 6);
        assertEquals(full.depth().metres().length, 12);
        assertEquals(full.normals().xyz().length, 36);
        Frame bare = source(frame("rgb.png", null, null, null, null)).read(0);
        assertNull(bare.depth());
        assertNull(bare.segmentation());
        assertNull(bare.normals());
    }

    @Test
    public void sizesMustAgree() {
        assertRefused(
                source(frame("rgb.png", null, "small.png", null, "kitti6")),
                folder.resolve("small.png") + ": found 3×3 pixels, expected 4×3 as in " + folder.resolve("rgb.png"));
    }

    @Test
    public void labelsMustBeClasses() {
        assertRefused(
                source(frame("rgb.png", null, "labels.png", null, "kitti6")),
                folder.resolve("labels.png")
                        + ": found class index 6 at pixel x 2, y 1, expected 0–5 of kitti6 or 255 for ignore");
    }

    @Test
    public void missingFilesAndLinksThatLeaveAreRefused() throws IOException {
        assertRefused(
                source(frame("gone.png", null, null, null, null)), folder.resolve("gone.png") + ": found no such file");
        Path outside = Scratch.folder("outside").resolve("rgb.png");
        RgbFiles.writePng(outside, new RgbImage(4, 3, new byte[36]));
        Files.createSymbolicLink(folder.resolve("link.png"), outside);
        Files.createSymbolicLink(folder.resolve("inside.png"), folder.resolve("rgb.png"));
        assertRefused(source(frame("link.png", null, null, null, null)), "found a link that leads out of");
        assertEquals(source(frame("inside.png", null, null, null, null)).read(0).width(), 4);
    }

    @Test
    public void classSpacesMustExist() throws IOException {
        FrameRecord unknown = frame("rgb.png", null, "labels.png", null, "kiti6");
        DataException e = expectThrows(DataException.class, () -> source(unknown));
        assertTrue(e.getMessage().contains("no class space 'kiti6'; did you mean 'kitti6'?"), e.getMessage());
        Files.writeString(
                folder.resolve("own.yaml"),
                "name: own\nclasses:\n" + "  - {name: a0, colour: [0, 0, 0]}\n  - {name: a1, colour: [0, 0, 0]}\n");
        assertRefused(source(frame("rgb.png", null, "labels.png", null, "own.yaml")), "expected 0–1 of own");
    }

    @Test
    public void readsPublishedFrames() {
        Path nyud = RealFrames.path("nyud");
        FrameRecord record = FrameRecord.of("nyud/000433", "000433.png")
                .depth("depth_gt_000433.png")
                .segmentation("segm_gt_000433.png")
                .normals("norm_gt_000433.png")
                .split("train")
                .classes("nyud40")
                .depthScale(5000.0)
                .build();
        Frame frame = new DiskFrameSource(Manifest.of(nyud, List.of(record))).read(0);
        assertEquals(frame.width(), 640);
        assertEquals(frame.segmentation().classAt(0), LabelMap.IGNORE);
    }

    private DiskFrameSource source(FrameRecord record) {
        return new DiskFrameSource(Manifest.of(folder, List.of(record)));
    }

    private static FrameRecord frame(
            String rgb,
            @Nullable String depth,
            @Nullable String labels,
            @Nullable String normals,
            @Nullable String classes) {
        return FrameRecord.of("f", rgb)
                .depth(depth)
                .segmentation(labels)
                .normals(normals)
                .classes(classes)
                .depthScale(1000.0)
                .build();
    }

    private static void assertRefused(DiskFrameSource source, String part) {
        DataException e = expectThrows(DataException.class, () -> source.read(0));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
