package dev.understudy.dataset.image;

import ar.com.hjg.pngj.ImageInfo;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.files.DataException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Pictures on disk: 8-bit PNG or JPEG. Grey is repeated into three channels, palettes are looked up, alpha is dropped
 * (not blended). A JPEG is turned as its EXIF orientation asks for, which is how viewers and tools for annotation show
 * it. Orientation tags and colour profiles of PNG files are not applied.
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

    /**
     * As {@link #read(Path, long)}, but not turned: the pixels as the sensor, and what was measured with it, has them.
     */
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

    /** As {@link #writeJpeg(Path, RgbImage, float)}, to a stream, which stays open. */
    public static void writeJpeg(OutputStream out, RgbImage image, float quality) throws IOException {
        JpegFiles.write(out, image, quality);
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

    /** JPEG through the platform's codec. */
    private static final class JpegFiles {
        /** A progressive file goes over the whole picture once a scan; genuine ones have about ten. */
        private static final int MAX_SCANS = 100;

        private static final int MAX_BYTES_PER_PIXEL = 8;
        private static final long MAX_METADATA = 16 << 20;

        private JpegFiles() {}

        static RgbImage read(Path file, OpenPicture picture) {
            ImageHeader header = picture.header();
            if (header.colour() == ImageHeader.ColourType.OTHER) {
                throw ImageErrors.unexpected(file, "a " + header, "a grey or RGB picture", "convert it to RGB");
            }
            try {
                byte[] bytes = bytes(picture);
                ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
                try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
                    reader.setInput(in, true, true);
                    List<String> damage = new ArrayList<>();
                    reader.addIIOReadWarningListener((source, warning) -> noteDamage(warning, damage));
                    BufferedImage image = reader.read(0);
                    if (!damage.isEmpty()) {
                        throw new IOException(damage.get(0));
                    }
                    if (image.getWidth() != header.width() || image.getHeight() != header.height()) {
                        throw new IOException("decodes to " + image.getWidth() + "×" + image.getHeight());
                    }
                    return new RgbImage(header.width(), header.height(), rgb(image));
                } finally {
                    reader.dispose();
                }
            } catch (IOException | RuntimeException e) {
                // The decoder throws many kinds of RuntimeException for what is wrong inside a file.
                throw ImageErrors.damaged(file, header, e);
            }
        }

        /** The decoder only warns of missing and corrupt data, and goes on in grey; its other warnings are harmless. */
        private static void noteDamage(String warning, List<String> damage) {
            if (warning.contains("remature end") || warning.contains("orrupt")) {
                damage.add(warning);
            }
        }

        private static byte[] bytes(OpenPicture picture) throws IOException {
            ImageHeader header = picture.header();
            long most = (long) header.width() * header.height() * MAX_BYTES_PER_PIXEL + MAX_METADATA;
            byte[] bytes = picture.bytes().readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE - 8));
            if (bytes.length > most) {
                throw new IOException(
                        "more than " + most + " bytes are too many for " + header.width() + "×" + header.height());
            }
            int scans = 0;
            for (int i = 1; i < bytes.length; i++) {
                scans += bytes[i] == (byte) 0xDA && bytes[i - 1] == (byte) 0xFF ? 1 : 0;
            }
            if (scans > MAX_SCANS) {
                throw new IOException(scans + " scans are more than the " + MAX_SCANS + " that are allowed");
            }
            return bytes;
        }

        /** By the raster, since {@code getRGB} would apply a gamma to grey. */
        private static byte[] rgb(BufferedImage image) throws IOException {
            Raster raster = image.getRaster();
            int bands = raster.getNumBands();
            int pixels = image.getWidth() * image.getHeight();
            byte[] rgb = new byte[Math.multiplyExact(pixels, 3)];
            if (image.getType() == BufferedImage.TYPE_3BYTE_BGR
                    && raster.getDataBuffer().getSize() == rgb.length) {
                byte[] bgr = ((DataBufferByte) raster.getDataBuffer()).getData();
                for (int i = 0; i < rgb.length; i += 3) {
                    rgb[i] = bgr[i + 2];
                    rgb[i + 1] = bgr[i + 1];
                    rgb[i + 2] = bgr[i];
                }
                return rgb;
            }
            if (bands != 1 && bands != 3) {
                throw new IOException(bands + " channels");
            }
            int[] row = new int[image.getWidth() * bands];
            for (int y = 0, to = 0; y < image.getHeight(); y++) {
                raster.getPixels(0, y, image.getWidth(), 1, row);
                for (int x = 0; x < row.length; x += bands) {
                    rgb[to++] = (byte) row[x];
                    rgb[to++] = (byte) row[x + bands / 2];
                    rgb[to++] = (byte) row[x + bands - 1];
                }
            }
            return rgb;
        }

        static void write(OutputStream out, RgbImage picture, float quality) throws IOException {
            BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_3BYTE_BGR);
            byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
            for (int i = 0; i < bgr.length; i += 3) {
                bgr[i] = picture.rgb()[i + 2];
                bgr[i + 1] = picture.rgb()[i + 1];
                bgr[i + 2] = picture.rgb()[i];
            }
            ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
            try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
                ImageWriteParam parameters = writer.getDefaultWriteParam();
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionQuality(quality);
                writer.setOutput(stream);
                writer.write(null, new IIOImage(image, null, null), parameters);
            } finally {
                writer.dispose();
            }
        }
    }
}
