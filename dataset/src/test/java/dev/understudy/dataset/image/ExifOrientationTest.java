package dev.understudy.dataset.image;

import static org.testng.Assert.assertEquals;

import dev.understudy.dataset.Mutations;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ExifOrientationTest {
    private static final int TAG_AT = 6 + 8 + 2 + 24;

    private Path folder;

    @BeforeClass
    public void makeFolder() throws IOException {
        folder = Scratch.folder("exif");
    }

    /**
     * By orientation: the stored pixels, 2 wide and 3 high, of a picture that is shown as 1 2 / 3 4 / 5 6 or turned by
     * a quarter.
     */
    @DataProvider
    public Object[][] orientations() {
        return new Object[][] {
            {1, new int[] {1, 2, 3, 4, 5, 6}},
            {2, new int[] {2, 1, 4, 3, 6, 5}},
            {3, new int[] {6, 5, 4, 3, 2, 1}},
            {4, new int[] {5, 6, 3, 4, 1, 2}},
            {5, new int[] {1, 3, 5, 2, 4, 6}},
            {6, new int[] {5, 3, 1, 6, 4, 2}},
            {7, new int[] {6, 4, 2, 5, 3, 1}},
            {8, new int[] {2, 4, 6, 1, 3, 5}},
        };
    }

    @Test(dataProvider = "orientations")
    public void eachOfTheEightIsTurned(int orientation, int[] shown) {
        RgbImage turned = ExifOrientation.turn(image(2, 3, 1, 2, 3, 4, 5, 6), orientation);
        assertEquals(turned.width(), orientation >= 5 ? 3 : 2);
        assertEquals(turned.height(), orientation >= 5 ? 2 : 3);
        assertEquals(firstChannel(turned), shown);
    }

    @Test(dataProvider = "orientations")
    public void filesOfBothByteOrdersAreReadAsTheyAreShown(int orientation, int[] unused) throws IOException {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            Path file = folder.resolve(orientation + "-" + order + ".jpg");
            RgbImage picture = blocks();
            ExifJpeg.write(file, picture, ExifJpeg.segment(orientation, order));
            ImageHeader header = ImageHeader.read(file);
            assertEquals(header.orientation(), orientation);
            assertEquals(header.width(), 32);
            assertEquals(header.shownWidth(), orientation >= 5 ? 48 : 32);
            RgbImage stored = RgbFiles.readStored(file, 10_000);
            assertEquals(stored.width(), 32);
            assertEquals(
                    RgbFiles.read(file).rgb(),
                    ExifOrientation.turn(stored, orientation).rgb());
        }
    }

    @Test
    public void whatIsNoOrientationTurnsNothing() {
        byte[] sound = ExifJpeg.segment(6, ByteOrder.LITTLE_ENDIAN);
        assertEquals(ExifOrientation.of(sound), 6);
        for (int length = 0; length < TAG_AT + 10; length++) {
            assertEquals(ExifOrientation.of(Arrays.copyOf(sound, length)), 1, "cut to " + length);
        }
        for (int value : new int[] {0, 9, 255, 65535}) {
            assertEquals(ExifOrientation.of(ExifJpeg.segment(value, ByteOrder.BIG_ENDIAN)), 1, "value " + value);
        }
        assertEquals(ExifOrientation.of(edited(sound, 10, 0x7FFFFFFF)), 1, "a directory far outside");
        assertEquals(ExifOrientation.of(edited(sound, 10, -1)), 1, "a directory before the start");
        assertEquals(ExifOrientation.of(edited(sound, TAG_AT + 4, 2)), 1, "two values");
        assertEquals(ExifOrientation.of(new byte[65533]), 1, "another segment");
    }

    @Test
    public void typesThatWritersUseInsteadAreUnderstood() {
        ByteBuffer number = ByteBuffer.wrap(ExifJpeg.segment(6, ByteOrder.BIG_ENDIAN));
        number.putShort(TAG_AT + 2, (short) 4).putInt(TAG_AT + 8, 8);
        assertEquals(ExifOrientation.of(number.array()), 8);
        number.putShort(TAG_AT + 2, (short) 1).put(TAG_AT + 8, (byte) 3);
        assertEquals(ExifOrientation.of(number.array()), 3);
        number.putShort(TAG_AT + 2, (short) 5);
        assertEquals(ExifOrientation.of(number.array()), 1, "a fraction");
    }

    @Test
    public void damagedExifLeavesThePictureReadable() throws IOException {
        long seed = 20;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] sound = ExifJpeg.segment(6, ByteOrder.BIG_ENDIAN);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = Mutations.mutate(sound, random);
            Path file = folder.resolve("damaged.jpg");
            ExifJpeg.write(file, blocks(), Arrays.copyOf(damaged, Math.min(damaged.length, 60_000)));
            RgbImage read = RgbFiles.read(file);
            assertEquals(read.width() * read.height(), 32 * 48);
        }
    }

    private static byte[] edited(byte[] segment, int at, int value) {
        return ByteBuffer.wrap(segment.clone())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(at, value)
                .array();
    }

    /** 32×48 in blocks of 16, each of its own grey, so that no coding of JPEG moves one. */
    private static RgbImage blocks() {
        byte[] rgb = new byte[32 * 48 * 3];
        for (int i = 0; i < 32 * 48; i++) {
            Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) (20 + 40 * (i % 32 / 16 + 2 * (i / 32 / 16))));
        }
        return new RgbImage(32, 48, rgb);
    }

    private static RgbImage image(int width, int height, int... values) {
        byte[] rgb = new byte[3 * values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) values[i / 3];
        }
        return new RgbImage(width, height, rgb);
    }

    private static int[] firstChannel(RgbImage image) {
        int[] values = new int[image.width() * image.height()];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.rgb()[3 * i];
        }
        return values;
    }
}
