package dev.understudy.dataset.imports.rgbd;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotNull;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.RealFrames;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.rgbd.RgbdImport.RgbdImportOptions;
import dev.understudy.dataset.signs.DepthSigns.DepthBits;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class RgbdImportTest {
    private static final String POSE = "0.8 0 0.6 1\n0 1 0 2\n-0.6 0 0.8 3\n0 0 0 1\n";

    private Path root;
    private Path out;

    @BeforeMethod
    public void makeFolders() throws IOException {
        root = Scratch.folder("sequences");
        out = Scratch.folder("imported").resolve("data");
    }

    @Test
    public void sevenScenesKeepsPosesSplitsAndDropsInvalidDepth() throws IOException {
        for (String sequence : List.of("seq-01", "seq-02")) {
            for (int i = 0; i < 5; i++) {
                String frame = sequence + "/frame-00000" + i;
                picture(frame + ".color.png");
                depth(frame + ".depth.png", 1000, 65535, 0, 2500);
                text(frame + ".pose.txt", i == 4 ? POSE.replace("0.8 0 0.6", "-1.#IND inf nan") : POSE);
            }
        }
        text("TrainSplit.txt", "sequence2\n");
        text("TestSplit.txt", "sequence1\n");
        text("camera-intrinsics.txt", "585 0 320\n0 586 240\n0 0 1\n");

        ImportSummary summary = run(RgbdLayout.SEVEN_SCENES, 2);
        assertEquals(summary.frames(), 6);
        assertEquals(summary.splits(), Map.of("train", 3, "test", 3));
        assertEquals(summary.written(), 12);
        Manifest manifest = Manifest.read(out);
        FrameRecord first = manifest.frames().get(0);
        assertEquals(first.id(), "seq-01/frame-000000");
        assertEquals(first.intrinsics(), new Intrinsics(585, 586, 320, 240));
        assertEquals(first.pose().get(3), 1.0);
        assertNull(manifest.frames().get(2).pose(), "where tracking was lost");
        Frame frame = new DiskFrameSource(manifest).read(0);
        assertEquals(frame.depth().metres(), new float[] {1, 0, 0, 2.5f});

        ImportSummary again = run(RgbdLayout.SEVEN_SCENES, 2);
        assertEquals(again.kept(), 12);
        assertEquals(again.written(), 0);
    }

    @Test
    public void tumPairsByTimeAndTurnsQuaternions() throws IOException {
        text("rgb.txt", "# timestamp filename\n1.000 rgb/1.000.png\n1.033 rgb/1.033.png\n1.066 rgb/1.066.png\n");
        text("depth.txt", "1.005 depth/1.005.png\n1.031 depth/1.031.png\n1.120 depth/1.120.png\n");
        text("groundtruth.txt", "0.999 1 2 3 0 0 0.7071068 0.7071068\n1.034 4 5 6 0 0 0 1\n");
        for (String time : List.of("1.000", "1.033", "1.066")) {
            picture("rgb/" + time + ".png");
        }
        for (String time : List.of("1.005", "1.031", "1.120")) {
            depth("depth/" + time + ".png", 5000, 0, 10000, 1);
        }
        ImportSummary summary = run(RgbdLayout.TUM, 1);
        assertEquals(summary.frames(), 2);
        assertTrue(
                summary.skipped().get(0).reason().contains("found 3 pictures and 3 depth maps, of which 2 are within"));
        Frame frame = new DiskFrameSource(Manifest.read(out)).read(0);
        assertEquals(frame.depth().metres()[0], 1f);
        List<Double> pose = frame.record().pose();
        double[] expected = {0, -1, 0, 1, 1, 0, 0, 2, 0, 0, 1, 3, 0, 0, 0, 1};
        for (int i = 0; i < 16; i++) {
            assertEquals(pose.get(i), expected[i], 1e-6, "element " + i);
        }
    }

    /** What trackers write where they had lost their way. */
    @Test
    public void aPoseThatIsNoneCostsTheFrameItsPoseAndNoMore() throws IOException {
        List<String> lost = List.of(
                "nan nan nan 0 0 0 1",
                "inf 0 0 0 0 0 1",
                "0 0 -inf 0 0 0 1",
                "0 0 0 0 0 0 0",
                "1 2 3 nan 0 0 1",
                "-1.#IND 0 0 0 0 0 1",
                "0 1.#INF00 -1.#INF 0 0 0 1",
                "1.#QNAN0 -nan(ind) nan(0x8000) 0 0 0 1",
                "Infinity -infinity +NaN 0 0 0 1",
                "1 2 3 1e200 0 0 1");
        StringBuilder rgb = new StringBuilder("\uFEFF# color images\r\n");
        StringBuilder depth = new StringBuilder("\uFEFF# depth maps\r\n");
        StringBuilder poses = new StringBuilder("nan 1 1 1 0 0 0 1\r\n");
        for (int i = 0; i <= lost.size(); i++) {
            String time = i + ".000000";
            picture("rgb/" + time + ".png");
            depth("depth/" + time + ".png", 5000, 0, 10000, 1);
            rgb.append(time).append(" rgb/").append(time).append(".png\r\n");
            depth.append(time).append(" depth/").append(time).append(".png\r\n");
            poses.append(time)
                    .append(' ')
                    .append(i < lost.size() ? lost.get(i) : "1 2 3 0 0 0 1")
                    .append("\r\n");
        }
        text("rgb.txt", rgb + "nan rgb/0.000000.png\r\n");
        text("depth.txt", depth.toString());
        text("groundtruth.txt", poses.toString());
        ImportSummary summary = run(RgbdLayout.TUM, 1);
        assertEquals(summary.frames(), lost.size() + 1, summary.skipped().toString());
        List<FrameRecord> frames = Manifest.read(out).frames();
        for (int i = 0; i < lost.size(); i++) {
            assertNull(frames.get(i).pose(), lost.get(i));
        }
        assertEquals(frames.get(lost.size()).pose().get(3), 1.0);
        assertEquals(summary.warnings().size(), 1, summary.warnings().toString());
        assertTrue(
                summary.warnings().get(0).startsWith(lost.size() + " frames have no pose, since"),
                summary.warnings().toString());
        assertTrue(summary.skipped().get(0).reason().contains("found no time of rgb/0.000000.png"));
    }

    @Test
    public void aMatrixThatTurnsNothingIsNoPose() throws IOException {
        picture("rgb/a.png");
        depth("depth/a.png", 1, 2, 3, 4);
        text("pose/a.txt", "0 0 0 0\n".repeat(4));
        ImportSummary summary = run(RgbdLayout.PAIRS, 1);
        assertNull(Manifest.read(out).frames().get(0).pose());
        assertEquals(summary.warnings().size(), 1, summary.warnings().toString());
    }

    @Test
    public void depthIsReadAsItsBitsAreMeant() throws IOException {
        for (int i = 0; i < 2; i++) {
            picture("rgb/" + i + ".png");
            // 1, 2 and 9 metres, none; turned left by three bits
            depth("depth/" + i + ".png", 1000 << 3, 2000 << 3, (9000 << 3 & 0xFFFF) | 9000 >> 13, 65535);
        }
        RgbdImportOptions options =
                RgbdImportOptions.of(root, out, RgbdLayout.PAIRS).withDepthBits(DepthBits.ROTATED);
        RgbdImport.run(options, Progress.NONE);
        assertEquals(new DiskFrameSource(Manifest.read(out)).read(1).depth().metres(), new float[] {1, 2, 9, 0});
        depth("depth/1.png", 0xE803, 0xD007, 1, 0);
        RgbdImport.run(options.withDepthBits(DepthBits.SWAPPED), Progress.NONE);
        assertEquals(new DiskFrameSource(Manifest.read(out)).read(1).depth().metres(), new float[] {1, 2, 0.256f, 0});
    }

    @Test
    public void theSceneIsTheSequenceUnlessAPatternSaysOtherwise() throws IOException {
        for (String sequence : List.of("office/seq-01", "office/seq-02")) {
            picture(sequence + "/frame-0.color.png");
            depth(sequence + "/frame-0.depth.png", 1, 2, 3, 4);
        }
        run(RgbdLayout.SEVEN_SCENES, 1);
        assertEquals(
                Manifest.read(out).frames().stream().map(FrameRecord::scene).toList(),
                List.of("office/seq-01", "office/seq-02"));
        RgbdImport.run(RgbdImportOptions.of(root, out, RgbdLayout.SEVEN_SCENES).withScene("^([^/]+)/"), Progress.NONE);
        assertEquals(
                Manifest.read(out).frames().stream().map(FrameRecord::scene).toList(), List.of("office", "office"));
    }

    @Test
    public void aListThatLeadsOutIsRefused() throws IOException {
        text("rgb.txt", "1.0 ../../secret.png\n");
        text("depth.txt", "1.0 depth/1.png\n");
        DataException e = expectThrows(DataException.class, () -> run(RgbdLayout.TUM, 1));
        assertTrue(e.getMessage().contains("expected '<seconds> <path inside the folder>'"), e.getMessage());
    }

    @Test
    public void linksOutAreLeftOutAndNothingIsWrittenThroughLinks() throws IOException {
        Path secret = Scratch.folder("elsewhere");
        RgbFiles.writePng(secret.resolve("a.png"), new RgbImage(2, 2, new byte[12]));
        picture("rgb/b.png");
        depth("depth/a.png", 1, 2, 3, 4);
        depth("depth/b.png", 1, 2, 3, 65535);
        Files.createSymbolicLink(root.resolve("rgb/a.png"), secret.resolve("a.png"));
        ImportSummary summary = run(RgbdLayout.PAIRS, 1);
        assertEquals(summary.frames(), 1);
        assertTrue(summary.skipped().get(0).reason().contains("found a link that leads out of"));

        Path trapped = Files.createDirectories(out.resolveSibling("trapped"));
        Files.createSymbolicLink(trapped.resolve("rgb"), secret);
        RgbdImportOptions options = RgbdImportOptions.of(root, trapped, RgbdLayout.PAIRS);
        DataException e = expectThrows(DataException.class, () -> RgbdImport.run(options, Progress.NONE));
        assertTrue(e.getMessage().contains("found a link that leads out of"), e.getMessage());
    }

    /** People keep data on another disk and a link to it in their home. */
    @Test
    public void aFolderThatIsNamedByALinkIsReadLikeAnyOther() throws IOException {
        picture("rgb/a.png");
        depth("depth/a.png", 1, 2, 3, 4);
        root = Files.createSymbolicLink(out.resolveSibling("link"), root);
        assertEquals(run(RgbdLayout.PAIRS, 1).frames(), 1);
    }

    @Test
    public void pairsStayInPlaceWhereTheManifestIsAbove() throws IOException {
        for (int i = 8; i < 12; i++) {
            picture("scan/color/" + i + ".png");
            depth("scan/depth/" + i + ".png", 1, 2, 3, i == 9 ? 65535 : 4);
            text("scan/pose/" + i + ".txt", POSE);
        }
        picture("scan/color/99.png");
        ImportSummary summary =
                RgbdImport.run(RgbdImportOptions.of(root.resolve("scan"), root, RgbdLayout.PAIRS), Progress.NONE);
        assertEquals(summary.frames(), 4);
        assertEquals(summary.written(), 1, "only the depth with an invalid value is made anew");
        List<FrameRecord> frames = Manifest.read(root).frames();
        assertEquals(frames.get(0).id(), "scan/8", "numbers in their order");
        assertEquals(frames.get(0).scene(), "scan");
        assertEquals(frames.get(0).rgb(), "scan/color/8.png");
        assertEquals(frames.get(0).depth(), "scan/depth/8.png");
        assertEquals(frames.get(1).depth(), "depth/scan/9.png");
        assertNotNull(frames.get(1).pose());
        assertTrue(summary.skipped().get(0).reason().contains("found no depth of the same name"));
    }

    @Test
    public void brokenFramesAreLeftOutWithTheirReason() throws IOException {
        for (String name : List.of("a", "b", "c", "d")) {
            picture("rgb/" + name + ".png");
            depth("depth/" + name + ".png", 1, 2, 3, 4);
        }
        byte[] bytes = Files.readAllBytes(root.resolve("rgb/b.png"));
        Files.write(root.resolve("rgb/b.png"), Arrays.copyOf(bytes, bytes.length / 2));
        DepthFiles.write(root.resolve("depth/c.png"), new DepthMap(3, 1, new float[] {1, 1, 1}), 1000);
        depth("depth/d.png", 0, 0, 65535, 0);
        ImportSummary summary = run(RgbdLayout.PAIRS, 1);
        assertEquals(summary.frames(), 1);
        List<String> reasons =
                summary.skipped().stream().map(ImportSummary.Skipped::reason).toList();
        assertEquals(reasons.size(), 3);
        assertTrue(reasons.get(0).contains("damaged PNG"), reasons.get(0));
        assertTrue(reasons.get(1).contains("found 3×1 pixels, expected 2×2"), reasons.get(1));
        assertTrue(reasons.get(2).contains("without one measurement"), reasons.get(2));
    }

    @Test
    public void nyudRawIsSwappedConvertedAndRegistered() throws IOException {
        int raw = (int) Math.round(1092.5 - 351.3 / 2.0);
        ppm("kitchen_0001/r-1294886360.201-1.ppm", 640, 480);
        ppm("kitchen_0001/r-1294886360.239-2.ppm", 640, 480);
        pgm("kitchen_0001/d-1294886360.208451-3.pgm", 640, 480, raw);
        pgm("kitchen_0001/d-1294886360.400000-4.pgm", 640, 480, raw);
        ImportSummary summary = run(RgbdLayout.NYUD_RAW, 1);
        assertEquals(summary.frames(), 1);
        Frame frame = new DiskFrameSource(Manifest.read(out)).read(0);
        assertEquals(frame.id(), "kitchen_0001/1294886360.208451-3");
        assertEquals(frame.record().intrinsics(), NyudKinect.COLOUR);
        assertEquals(frame.rgb().rgb()[3 * 100], (byte) 100);
        int covered = 0;
        for (int v = 40; v < 440; v++) {
            for (int u = 60; u < 580; u++) {
                float metres = frame.depth().metres()[v * 640 + u];
                covered += metres > 0 ? 1 : 0;
                assertTrue(metres == 0 || Math.abs(metres - NyudKinect.metres(raw)) < 0.02, "" + metres);
            }
        }
        assertTrue(covered > 0.99 * 400 * 520, "covered " + covered);
        assertEquals(NyudKinect.metres(2047), 0.0);
        assertEquals(NyudKinect.metres(0), 351.3 / 1092.5, 1e-9);
    }

    @Test
    public void aPixelStraightAheadOfTheDepthCameraIsSeenBesideItByTheColourCamera() {
        char[] raw = new char[640 * 480];
        Arrays.fill(raw, (char) 2047);
        int value = 741;
        raw[238 * 640 + 313] = (char) value;
        DepthMap depth = new NyudKinect().register(Path.of("d.pgm"), new PnmFiles.Grey(640, 480, raw));
        int at = -1;
        for (int i = 0; i < raw.length; i++) {
            at = depth.metres()[i] > 0 ? i : at;
        }
        // At 1 m the colour camera, 25 mm to the right, sees it 519·0.025 = 13 px to the left of its own axis, and its
        // axis is turned by 4.3 mrad, 2 px.
        assertEquals(depth.metres()[at], NyudKinect.metres(value), 0.001);
        assertEquals(at % 640, 325.6 - 13 - 2.2, 1.5);
        assertEquals(at / 640, 253.7 + 2, 1.5);
    }

    @Test
    public void hostilePnmHeadersAreRefused() throws IOException {
        for (String header : List.of(
                "P5\n999999999 999999999\n65535\n",
                "P5\n99999999999999999999 1\n65535\n",
                "P5\n-1 1\n65535\n",
                "P5\n640 480\n255\n",
                "P6\n1 1\n65535\n",
                "P5\n0 0\n65535\n",
                "P5",
                "P5\n640 480\n65535\nshort",
                "P5 #" + "x".repeat(100_000))) {
            Path file = root.resolve("x.pgm");
            Files.writeString(file, header, StandardCharsets.ISO_8859_1);
            DataException e = expectThrows(DataException.class, () -> PnmFiles.swappedGrey(file, 1_000_000));
            assertTrue(e.getMessage().startsWith(file + ": found "), e.getMessage());
        }
    }

    @Test
    public void realSequenceImportsAsItIs() throws IOException {
        RgbdImportOptions all = RgbdImportOptions.of(RealFrames.path("redkitchen"), out, RgbdLayout.SEVEN_SCENES);
        ImportSummary summary =
                RgbdImport.run(all.with(options -> options.every(10).split("train")), Progress.NONE);
        assertEquals(summary.frames(), 13);
        assertEquals(summary.splits(), Map.of("train", 13));
        assertEquals(summary.skipped(), List.of());
        Frame frame = new DiskFrameSource(Manifest.read(out)).read(12);
        assertEquals(frame.id(), "redkitchen/frame-000960");
        assertNotNull(frame.record().pose());
    }

    private ImportSummary run(RgbdLayout layout, int every) throws IOException {
        return RgbdImport.run(RgbdImportOptions.of(root, out, layout).withEvery(every), Progress.NONE);
    }

    private void picture(String path) throws IOException {
        RgbFiles.writePng(root.resolve(path), new RgbImage(2, 2, new byte[12]));
    }

    private void depth(String path, float... values) throws IOException {
        DepthFiles.write(root.resolve(path), new DepthMap(2, 2, values), 1);
    }

    private void text(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void ppm(String path, int width, int height) throws IOException {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 3);
        }
        pnm(path, "P6\n" + width + " " + height + "\n255\n", pixels);
    }

    private void pgm(String path, int width, int height, int value) throws IOException {
        byte[] pixels = new byte[width * height * 2];
        for (int i = 0; i < pixels.length; i += 2) {
            pixels[i] = (byte) value;
            pixels[i + 1] = (byte) (value >> 8);
        }
        pnm(path, "P5\n# recorded\n" + width + " " + height + "\n65535\n", pixels);
    }

    private void pnm(String path, String header, byte[] pixels) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        try (OutputStream to = Files.newOutputStream(root.resolve(path))) {
            to.write(header.getBytes(StandardCharsets.ISO_8859_1));
            to.write(pixels);
        }
    }
}
