package dev.understudy.dataset.image;

import ar.com.hjg.pngj.ImageInfo;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.WrittenFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Pictures on disk: 8-bit PNG or JPEG. Grey is repeated into three channels, palettes are looked up, alpha is dropped
 * (not blended). A JPEG is turned as its EXIF orientation asks for, which is how viewers and tools for annotation show it.
 * Orientation tags and colour profiles of PNG files are not applied.
 */
public final class RgbFiles {
    private RgbFiles() {}

    /** As {@link #read(Path, long)} with {@link ImageHeader#DEFAULT_MAX_PIXELS}. */
    public static RgbImage read(Path file) {
        return read(file, ImageHeader.DEFAULT_MAX_PIXELS);
    }

    /**
     * @param maxPixels width × height that is still decoded
     * @throws dev.understudy.files.DataException if the file is missing, damaged, too large or of more than 8 bits
     */
    public static RgbImage read(Path file, long maxPixels) {
        return read(file, maxPixels, true);
    }

    /** As {@link #read(Path, long)}, but not turned: the pixels as the sensor, and what was measured with it, has them. */
    public static RgbImage readStored(Path file, long maxPixels) {
        return read(file, maxPixels, false);
    }

    private static RgbImage read(Path file, long maxPixels, boolean turned) {
        try (OpenPicture picture = OpenPicture.open(file, maxPixels)) {
            ImageHeader header = picture.header();
            if (header.bits() > 8) {
                throw ImageErrors.unexpected(
                        file, "a " + header, "an 8-bit picture", "convert it to 8 bits (or is it a depth map?)");
            }
            return read(file, picture, turned);
        } catch (IOException e) {
            throw ImageErrors.unreadable(file, e);
        }
    }

    private static RgbImage read(Path file, OpenPicture picture, boolean turned) {
        ImageHeader header = picture.header();
        try {
            RgbImage stored =
                    header.format() == ImageHeader.Format.PNG ? png(file, picture) : JpegFiles.read(file, picture);
            return turned ? ExifOrientation.turn(stored, header.orientation()) : stored;
        } catch (DataException e) {
            throw e;
        } catch (RuntimeException e) {
            // What a file says of itself decides how its samples are spread.
            throw ImageErrors.damaged(file, header, e);
        }
    }

    public static WrittenFile writePng(Path file, RgbImage image) throws IOException {
        ImageInfo info = new ImageInfo(image.width(), image.height(), 8, false);
        int stride = image.width() * 3;
        return AtomicFile.write(
                file,
                out -> PngWriting.bytes(
                        out, info, null, (y, row) -> System.arraycopy(image.rgb(), y * stride, row, 0, stride)));
    }

    /** @param quality from 0 to 1; 0.9 looks like the original */
    public static WrittenFile writeJpeg(Path file, RgbImage image, float quality) throws IOException {
        return AtomicFile.write(file, out -> JpegFiles.write(out, image, quality));
    }

    private static RgbImage png(Path file, OpenPicture picture) {
        ImageHeader header = picture.header();
        int width = header.width();
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, header.height()), 3)];
        switch (header.colour()) {
            case RGB ->
                PngRows.read(file, picture, (y, row) -> System.arraycopy(row, 0, rgb, y * width * 3, width * 3));
            case RGBA -> PngRows.read(file, picture, (y, row) -> spread(row, 4, 1, rgb, y * width, width));
            case GREY_ALPHA -> PngRows.read(file, picture, (y, row) -> spread(row, 2, 0, rgb, y * width, width));
            case GREY -> {
                int scale = 255 / ((1 << header.bits()) - 1);
                PngRows.read(file, picture, (y, row) -> {
                    spread(row, 1, 0, rgb, y * width, width);
                    scale(rgb, y * width * 3, width * 3, scale);
                });
            }
            default -> {
                int[] colours = PngRows.read(file, picture, (y, row) -> spread(row, 1, 0, rgb, y * width, width));
                colour(rgb, colours);
            }
        }
        return new RgbImage(width, header.height(), rgb);
    }

    /** Takes three samples from every pixel of {@code row}, {@code step} apart (0: the first one three times). */
    private static void spread(byte[] row, int channels, int step, byte[] rgb, int pixel, int width) {
        for (int x = 0, to = pixel * 3; x < width; x++) {
            int from = x * channels;
            rgb[to++] = row[from];
            rgb[to++] = row[from + step];
            rgb[to++] = row[from + 2 * step];
        }
    }

    private static void scale(byte[] rgb, int from, int length, int factor) {
        for (int i = from; factor != 1 && i < from + length; i++) {
            rgb[i] *= factor;
        }
    }

    private static void colour(byte[] rgb, int[] colours) {
        for (int i = 0; i < rgb.length; i += 3) {
            int colour = colours[rgb[i] & 0xFF];
            rgb[i] = (byte) (colour >> 16);
            rgb[i + 1] = (byte) (colour >> 8);
            rgb[i + 2] = (byte) colour;
        }
    }
}
