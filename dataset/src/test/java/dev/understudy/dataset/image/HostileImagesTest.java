package dev.understudy.dataset.image;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.Mutations;
import dev.understudy.dataset.RealFrames;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Damaged pictures are decoded or refused with one clear line; nothing else ever comes out. */
public class HostileImagesTest {
    private static final long SEED = 20240607;
    private static final int MUTATIONS = 600;
    /** Bytes of a PNG up to the end of its first chunk. */
    private static final int HEADER = 33;

    private static final int SIZE = 40;
    private static final long MAX_PIXELS = 100_000;

    private Path folder;

    @BeforeClass
    public void makeFolder() throws IOException {
        folder = Scratch.folder("hostile");
    }

    @DataProvider
    public Object[][] kinds() throws IOException {
        byte[] rgb = new byte[SIZE * SIZE * 3];
        new Random(1).nextBytes(rgb);
        byte[] labels = new byte[SIZE * SIZE];
        float[] metres = new float[SIZE * SIZE];
        for (int i = 0; i < metres.length; i++) {
            labels[i] = (byte) (i / SIZE / 4);
            metres[i] = i * 0.001f;
        }
        RgbImage picture = new RgbImage(SIZE, SIZE, rgb);
        RgbFiles.writePng(file("rgb.png"), picture);
        RgbFiles.writeJpeg(file("rgb.jpg"), picture, 0.8f);
        writeProgressive("jpeg", file("progressive.jpg").toFile());
        writeProgressive("png", file("interlaced.png").toFile());
        LabelFiles.write(file("labels.png"), new LabelMap(SIZE, SIZE, labels), new Palette(java.util.List.of(1, 2, 3)));
        DepthFiles.write(file("depth.png"), new DepthMap(SIZE, SIZE, metres), 1000);
        NormalFiles.write(file("normals.png"), new NormalMap(SIZE, SIZE, new float[SIZE * SIZE * 3]));
        return new Object[][] {
            {"rgb.png", reader(f -> RgbFiles.read(f, MAX_PIXELS))},
            {"interlaced.png", reader(f -> RgbFiles.read(f, MAX_PIXELS))},
            {"labels.png", reader(f -> LabelFiles.read(f, MAX_PIXELS))},
            {"depth.png", reader(f -> DepthFiles.read(f, 1000, MAX_PIXELS))},
            {"normals.png", reader(f -> NormalFiles.read(f, MAX_PIXELS))},
            {"rgb.jpg", reader(f -> RgbFiles.read(f, MAX_PIXELS))},
            {"progressive.jpg", reader(f -> RgbFiles.read(f, MAX_PIXELS))},
        };
    }

    /** The time limit is for hangs only. */
    @Test(dataProvider = "kinds", timeOut = 120_000)
    public void damageIsReadOrRefusedInOneLine(String name, Consumer<Path> read) throws IOException {
        byte[] original = Files.readAllBytes(file(name));
        read.accept(file(name));
        Random random = new Random(SEED);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            boolean mend = name.endsWith(".png") && i % 2 == 0;
            byte[] bytes = mend ? Mutations.mutatePng(original, random) : Mutations.mutate(original, random);
            Path file = Files.write(file("mutated-" + name), bytes);
            String which = name + ", seed " + SEED + ", mutation " + i;
            try {
                read.accept(file);
            } catch (DataException e) {
                refused++;
                assertTrue(e.getMessage().startsWith(file + ": found "), which + ": " + e.getMessage());
                assertFalse(e.getMessage().contains("\n"), which + ": " + e.getMessage());
                assertTrue(e.getMessage().length() < 600, which + ": " + e.getMessage());
            } catch (RuntimeException | Error e) {
                Files.write(Path.of("target", "hostile-" + name), bytes);
                throw new AssertionError(which + " (kept in target/)", e);
            }
        }
        assertTrue(refused > MUTATIONS / 10, "only " + refused + " of " + MUTATIONS + " were noticed: " + name);
    }

    /** Whatever a byte of the header says, checksums made right, so that it is not these that give it away. */
    @Test(dataProvider = "kinds", timeOut = 120_000)
    public void everyByteOfTheHeaderMayBeAnything(String name, Consumer<Path> read) throws IOException {
        byte[] original = Files.readAllBytes(file(name));
        Path file = file("header-" + name);
        for (int at = 0; at < HEADER; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] bytes = original.clone();
                bytes[at] = (byte) value;
                Files.write(file, name.endsWith(".png") ? Mutations.mendPng(bytes) : bytes);
                try {
                    read.accept(file);
                } catch (DataException e) {
                    assertTrue(e.getMessage().startsWith(file + ": found "), e.getMessage());
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(name + ", byte " + at + " as " + value, e);
                }
            }
        }
    }

    /** A grey picture of no bits a sample: its greatest value is 0, which is divided by. */
    @Test
    public void aPngOfNoBitsIsToldAsDamaged() throws IOException {
        RgbFiles.writePng(file("bits.png"), new RgbImage(SIZE, SIZE, new byte[SIZE * SIZE * 3]));
        byte[] bytes = Files.readAllBytes(file("bits.png"));
        bytes[24] = 0;
        bytes[25] = 0;
        Path file = Files.write(file("bits.png"), Mutations.mendPng(bytes));
        DataException told = expectThrows(DataException.class, () -> RgbFiles.read(file, MAX_PIXELS));
        assertEquals(
                told.getMessage(),
                file + ": found a PNG with a broken header (0 bits of grey), expected a whole PNG; copy it again");
    }

    @Test
    public void thePngThatDividedByZeroIsToldAsDamaged() {
        Path file = RealFrames.path("cases/png-division-by-zero.png");
        DataException told = expectThrows(DataException.class, () -> RgbFiles.read(file));
        assertTrue(told.getMessage().startsWith(file + ": found a PNG with a broken header"), told.getMessage());
    }

    /** However many pixels a caller allows, an array has an end. */
    @Test
    public void aPictureBeyondAnyArrayIsToldAsTooLarge() throws IOException {
        RgbFiles.writePng(file("huge.png"), new RgbImage(SIZE, SIZE, new byte[SIZE * SIZE * 3]));
        byte[] bytes = Files.readAllBytes(file("huge.png"));
        bytes[16 + 1] = 1;
        bytes[20 + 1] = 1;
        Path file = Files.write(file("huge.png"), Mutations.mendPng(bytes));
        DataException told = expectThrows(DataException.class, () -> RgbFiles.read(file, Long.MAX_VALUE));
        assertTrue(told.getMessage().contains("found 65576×65576 pixels, expected at most"), told.getMessage());
        assertFalse(told.getMessage().contains("maxPixels"), told.getMessage());
    }

    private static Consumer<Path> reader(Consumer<Path> reader) {
        return reader;
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private static void writeProgressive(String format, File file) throws IOException {
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < SIZE * SIZE; i++) {
            image.setRGB(i % SIZE, i / SIZE, i * 5407);
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
    }
}
