package dev.understudy.dataset.image;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.RealFrames;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ImageFilesTest {
    private static final int WIDTH = 37;
    private static final int HEIGHT = 23;

    private Path folder;

    @BeforeClass
    public void makeFolder() throws IOException {
        folder = Scratch.folder("images");
    }

    @Test
    public void rgbPngSurvives() throws IOException {
        RgbImage image = new RgbImage(WIDTH, HEIGHT, noise(3));
        Path file = folder.resolve("rgb.png");
        String first = RgbFiles.writePng(file, image).sha256();
        assertEquals(RgbFiles.read(file).rgb(), image.rgb());
        assertEquals(RgbFiles.writePng(file, image).sha256(), first);
        assertEquals(ImageHeader.read(file).toString(), "37×23 8-bit RGB PNG");
        assertEquals(ImageIO.read(file.toFile()).getRGB(5, 7) & 0xFFFFFF, pixel(image, 5, 7));
    }

    @Test
    public void jpegComesBackNearly() throws IOException {
        byte[] smooth = new byte[WIDTH * HEIGHT * 3];
        for (int i = 0; i < smooth.length; i++) {
            smooth[i] = (byte) (i / 3 / WIDTH * 5 + (i % 3) * 40);
        }
        Path file = folder.resolve("picture.jpg");
        RgbFiles.writeJpeg(file, new RgbImage(WIDTH, HEIGHT, smooth), 0.95f);
        RgbImage back = RgbFiles.read(file);
        assertEquals(ImageHeader.read(file).toString(), "37×23 8-bit RGB JPEG");
        for (int i = 0; i < smooth.length; i++) {
            assertEquals(back.rgb()[i] & 0xFF, smooth[i] & 0xFF, 12.0, "sample " + i);
        }
    }

    @DataProvider
    public Object[][] types() {
        return new Object[][] {
            {BufferedImage.TYPE_BYTE_GRAY, "png"},
            {BufferedImage.TYPE_4BYTE_ABGR, "png"},
            {BufferedImage.TYPE_BYTE_INDEXED, "png"},
            {BufferedImage.TYPE_BYTE_BINARY, "png"},
            {BufferedImage.TYPE_BYTE_GRAY, "jpg"},
        };
    }

    @Test(dataProvider = "types")
    public void everyKindOfPictureBecomesRgb(int type, String format) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                boolean grey = type == BufferedImage.TYPE_BYTE_GRAY;
                if (grey) {
                    image.getRaster().setSample(x, y, 0, x * 6);
                } else {
                    image.setRGB(x, y, 0xFF000000 | (x < WIDTH / 2 ? 0x000000 : 0xFFFFFF));
                }
            }
        }
        Path file = folder.resolve("type" + type + "." + format);
        ImageIO.write(image, format, file.toFile());
        RgbImage read = RgbFiles.read(file);
        for (int i = 0; i < WIDTH * HEIGHT * 3; i++) {
            int x = i / 3 % WIDTH;
            int expected = type == BufferedImage.TYPE_BYTE_GRAY ? x * 6 : x < WIDTH / 2 ? 0 : 255;
            assertEquals(read.rgb()[i] & 0xFF, expected, format.equals("jpg") ? 4.0 : 0.0, "sample " + i);
        }
    }

    @Test
    public void labelsKeepTheirIndicesWhateverTheirColour() throws IOException {
        LabelMap labels = new LabelMap(WIDTH, HEIGHT, noise(1));
        Path grey = folder.resolve("grey.png");
        Path coloured = folder.resolve("coloured.png");
        LabelFiles.write(grey, labels);
        LabelFiles.write(coloured, labels, new Palette(List.of(0x102030, 0x405060)));
        assertEquals(LabelFiles.read(grey).classes(), labels.classes());
        assertEquals(LabelFiles.read(coloured).classes(), labels.classes());
        assertEquals(
                RgbFiles.read(coloured).rgb(),
                new Palette(List.of(0x102030, 0x405060)).paint(labels).rgb());
    }

    @Test
    public void labelsOfFewBitsAreIndicesToo() throws IOException {
        byte[] ramp = {0, 85, (byte) 170, (byte) 255};
        IndexColorModel fourColours = new IndexColorModel(2, 4, ramp, ramp, ramp);
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_BINARY, fourColours);
        for (int x = 0; x < WIDTH; x++) {
            image.getRaster().setSample(x, 0, 0, x % 4);
        }
        Path file = folder.resolve("two-bits.png");
        ImageIO.write(image, "png", file.toFile());
        assertEquals(ImageHeader.read(file).bits(), 2);
        LabelMap labels = LabelFiles.read(file);
        for (int x = 0; x < WIDTH; x++) {
            assertEquals(labels.classAt(x), x % 4);
        }
    }

    @Test
    public void depthIsRoundedAndClampedAsPromised() throws IOException {
        float[] metres = new float[WIDTH * HEIGHT];
        float[] special = {0, -1, Float.NaN, Float.POSITIVE_INFINITY, 0.00001f, 1.23456f, 13.107f, 13.1072f, 20f};
        System.arraycopy(special, 0, metres, 0, special.length);
        Path file = folder.resolve("depth.png");
        assertEquals(
                DepthFiles.write(file, new DepthMap(WIDTH, HEIGHT, metres), 5000)
                        .clamped(),
                2);
        assertEquals(
                Arrays.copyOf(DepthFiles.read(file, 5000).metres(), special.length),
                new float[] {0, 0, 0, 0, 0.0002f, 1.2346f, 13.107f, 13.107f, 13.107f});
    }

    @Test
    public void normalsComeBackWithinTheirQuantisation() throws IOException {
        Random random = new Random(7);
        float[] xyz = new float[WIDTH * HEIGHT * 3];
        for (int i = 3; i < xyz.length; i += 3) {
            double[] n = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
            double length = Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
            for (int c = 0; c < 3; c++) {
                xyz[i + c] = (float) (n[c] / length);
            }
        }
        Path file = folder.resolve("normals.png");
        NormalFiles.write(file, new NormalMap(WIDTH, HEIGHT, xyz));
        assertEquals(Arrays.copyOf(RgbFiles.read(file).rgb(), 3), new byte[] {-128, -128, -128});
        float[] back = NormalFiles.read(file).xyz();
        for (int i = 0; i < xyz.length; i++) {
            assertEquals(back[i], xyz[i], 0.01, "component " + i);
        }
        assertEquals(Arrays.copyOf(back, 3), new float[3]);
    }

    @Test
    public void filesOfTheWrongKindAreNamedForWhatTheyAre() throws IOException {
        Path rgb = folder.resolve("kind-rgb.png");
        Path depth = folder.resolve("kind-depth.png");
        RgbFiles.writePng(rgb, new RgbImage(WIDTH, HEIGHT, noise(3)));
        DepthFiles.write(depth, new DepthMap(WIDTH, HEIGHT, new float[WIDTH * HEIGHT]), 1000);
        assertRefused(() -> LabelFiles.read(rgb), rgb + ": found a 37×23 8-bit RGB PNG, expected class indices");
        assertRefused(() -> DepthFiles.read(rgb, 1000), "expected depth in a 16-bit grey PNG");
        assertRefused(() -> RgbFiles.read(depth), "found a 37×23 16-bit grey PNG, expected an 8-bit picture");
        assertRefused(() -> NormalFiles.read(depth), "expected normals in an 8-bit RGB PNG");
        assertRefused(() -> RgbFiles.read(folder.resolve("none.png")), "found no such file");
        assertRefused(() -> RgbFiles.read(folder), "found something that is not a file");
        Path text = Files.writeString(folder.resolve("text.png"), "id,width,height\n");
        assertRefused(() -> RgbFiles.read(text), "starts with 69642c7769647468, expected a PNG or JPEG");
        assertRefused(() -> RgbFiles.read(Files.write(text, new byte[3])), "end of the file");
    }

    @Test
    public void aHugeHeaderIsRefusedBeforeAnythingIsDecoded() throws IOException {
        Path bomb = folder.resolve("bomb.png");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(0x89504E470D0A1A0AL);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(header);
        fields.writeInt(0x49484452);
        fields.writeInt(2_000_000_000);
        fields.writeInt(2_000_000_000);
        fields.write(new byte[] {8, 2, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(header.toByteArray());
        out.writeInt(13);
        out.write(header.toByteArray());
        out.writeInt((int) crc.getValue());
        Files.write(bomb, bytes.toByteArray());
        assertRefused(
                () -> RgbFiles.read(bomb), "found 2000000000×2000000000 pixels, expected at most 50000000 in all");

        Path small = folder.resolve("small.png");
        RgbFiles.writePng(small, new RgbImage(WIDTH, HEIGHT, noise(3)));
        assertRefused(() -> RgbFiles.read(small, WIDTH * HEIGHT - 1), "found 37×23 pixels, expected at most 850");
        assertEquals(RgbFiles.read(small, WIDTH * HEIGHT).width(), WIDTH);
    }

    @Test
    public void truncatedFilesAreDamaged() throws IOException {
        Path png = folder.resolve("whole.png");
        Path jpeg = folder.resolve("whole.jpg");
        RgbFiles.writePng(png, new RgbImage(WIDTH, HEIGHT, noise(3)));
        RgbFiles.writeJpeg(jpeg, new RgbImage(WIDTH, HEIGHT, noise(3)), 0.9f);
        for (Path file : List.of(png, jpeg)) {
            byte[] bytes = Files.readAllBytes(file);
            Path cut = Files.write(folder.resolve("cut-" + file.getFileName()), Arrays.copyOf(bytes, bytes.length / 2));
            assertRefused(() -> RgbFiles.read(cut), cut + ": found a damaged ");
        }
    }

    @Test
    public void readsPublishedFrames() {
        assertEquals(RgbFiles.read(RealFrames.path("nyud/000464.png")).width(), 640);
        assertEquals(
                RgbFiles.read(RealFrames.path("redkitchen/frame-000056.color.jpg"))
                        .height(),
                480);
        LabelMap mask = LabelFiles.read(RealFrames.path("nyud/000834_mask.png"));
        LabelMap truth = LabelFiles.read(RealFrames.path("nyud/segm_gt_000464.png"));
        for (LabelMap labels : List.of(mask, truth)) {
            for (int i = 0; i < labels.classes().length; i++) {
                assertTrue(labels.classAt(i) < 40 || labels.classAt(i) == LabelMap.IGNORE);
            }
        }
        float[] kitchen = DepthFiles.read(RealFrames.path("redkitchen/frame-000056.depth.png"), 1000)
                .metres();
        Arrays.sort(kitchen);
        assertTrue(
                kitchen[kitchen.length / 2] > 0.5 && kitchen[kitchen.length / 2] < 4,
                "median " + kitchen[kitchen.length / 2]);
    }

    /**
     * The evidence for the axes that {@link NormalMap} states: a published normal map against the same frame's depth.
     */
    @Test
    public void publishedNormalsHaveTheAxesOfNormalMap() {
        NormalMap normals = NormalFiles.read(RealFrames.path("nyud/norm_gt_000433.png"));
        DepthMap depth = DepthFiles.read(RealFrames.path("nyud/depth_gt_000433.png"), 5000);
        Intrinsics kinect = new Intrinsics(518.86, 519.47, 325.58, 253.74);
        double best = Double.MAX_VALUE;
        String axesOfBest = "";
        for (int[] axes : new int[][] {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
            for (int bits = 0; bits < 8; bits++) {
                int[] signs = {1 - 2 * (bits & 1), 1 - (bits & 2), 1 - (bits >> 1 & 2)};
                double[] angles = NormalAxes.anglesToDepth(normals, depth, kinect, axes, signs);
                Arrays.sort(angles);
                if (angles[angles.length / 2] < best) {
                    best = angles[angles.length / 2];
                    axesOfBest = Arrays.toString(axes) + Arrays.toString(signs);
                }
            }
        }
        assertEquals(axesOfBest, "[0, 2, 1][1, 1, -1]", "median angle " + best);
        assertTrue(best < 20, "median angle " + best);
    }

    private static void assertRefused(ThrowingRead read, String part) {
        DataException e = expectThrows(DataException.class, read::run);
        assertTrue(e.getMessage().contains(part), e.getMessage());
        assertTrue(!e.getMessage().contains("\n"), e.getMessage());
    }

    @FunctionalInterface
    private interface ThrowingRead {
        void run() throws IOException;
    }

    private static byte[] noise(int channels) {
        byte[] bytes = new byte[WIDTH * HEIGHT * channels];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    private static int pixel(RgbImage image, int x, int y) {
        int i = (y * image.width() + x) * 3;
        return (image.rgb()[i] & 0xFF) << 16 | (image.rgb()[i + 1] & 0xFF) << 8 | image.rgb()[i + 2] & 0xFF;
    }
}
