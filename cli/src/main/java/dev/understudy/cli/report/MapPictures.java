package dev.understudy.cli.report;

import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.function.IntUnaryOperator;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Maps as pictures for a person's eye. What is unknown is always the same light grey. */
public final class MapPictures {
    private static final int UNKNOWN = 0xE4E4E4;

    private MapPictures() {}

    /** Each class in its colour. */
    public static RgbImage labels(LabelMap labels, ClassSpace classes) {
        return paint(labels.width(), labels.height(), i -> {
            int index = labels.classAt(i);
            return index < classes.size() ? classes.palette().colour(index) : UNKNOWN;
        });
    }

    /** The classes' colours laid over the picture, {@code opacity} in [0, 1]. */
    public static RgbImage overlay(RgbImage rgb, LabelMap labels, ClassSpace classes, double opacity) {
        return paint(rgb.width(), rgb.height(), i -> {
            int under = pixel(rgb, i);
            int index = labels.classAt(i);
            return index < classes.size()
                    ? Colormap.mix(under, classes.palette().colour(index), opacity)
                    : under;
        });
    }

    /** Near is dark, {@code farMetres} and beyond is bright. */
    public static RgbImage depth(DepthMap depth, double farMetres) {
        float[] metres = depth.metres();
        return paint(depth.width(), depth.height(), i -> metres[i] > 0 ? Colormap.at(metres[i] / farMetres) : UNKNOWN);
    }

    /** The usual colours of normals: rgb = (n + 1)/2·255. */
    public static RgbImage normals(NormalMap normals) {
        float[] xyz = normals.xyz();
        return paint(normals.width(), normals.height(), i -> {
            float x = xyz[3 * i];
            float y = xyz[3 * i + 1];
            float z = xyz[3 * i + 2];
            return x == 0 && y == 0 && z == 0 ? UNKNOWN : channel(x) << 16 | channel(y) << 8 | channel(z);
        });
    }

    /** Unsigned bytes, 0 dark to 255 bright. */
    public static RgbImage share(int width, int height, byte[] values) {
        return paint(width, height, i -> Colormap.at((values[i] & 0xFF) / 255.0));
    }

    /** Each new pixel is the mean of those that it covers; pictures that are no wider stay as they are. */
    public static RgbImage thumbnail(RgbImage image, int width) {
        if (image.width() <= width) {
            return image;
        }
        int height = Math.max(1, Math.round((float) image.height() * width / image.width()));
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            int top = y * image.height() / height;
            int bottom = Math.max(top + 1, (y + 1) * image.height() / height);
            for (int x = 0; x < width; x++) {
                int left = x * image.width() / width;
                int right = Math.max(left + 1, (x + 1) * image.width() / width);
                for (int c = 0; c < 3; c++) {
                    rgb[(y * width + x) * 3 + c] = mean(image, left, right, top, bottom, c);
                }
            }
        }
        return new RgbImage(width, height, rgb);
    }

    private static byte mean(RgbImage image, int left, int right, int top, int bottom, int channel) {
        int sum = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                sum += image.rgb()[(y * image.width() + x) * 3 + channel] & 0xFF;
            }
        }
        int count = (right - left) * (bottom - top);
        return (byte) ((sum + count / 2) / count);
    }

    private static RgbImage paint(int width, int height, IntUnaryOperator colour) {
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        for (int i = 0; i < width * height; i++) {
            int packed = colour.applyAsInt(i);
            rgb[3 * i] = (byte) (packed >> 16);
            rgb[3 * i + 1] = (byte) (packed >> 8);
            rgb[3 * i + 2] = (byte) packed;
        }
        return new RgbImage(width, height, rgb);
    }

    private static int pixel(RgbImage image, int index) {
        byte[] rgb = image.rgb();
        return (rgb[3 * index] & 0xFF) << 16 | (rgb[3 * index + 1] & 0xFF) << 8 | rgb[3 * index + 2] & 0xFF;
    }

    private static int channel(float component) {
        return Math.round(Math.min(Math.max((component + 1) / 2, 0), 1) * 255);
    }

    /**
     * Viridis (Smith and van der Walt, 2015) by linear interpolation between nine of its colours: even in lightness, so
     * that it survives a grey printer and colour-blind eyes.
     */
    static final class Colormap {
        private static final int[] VIRIDIS = {
            0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725
        };

        private Colormap() {}

        /** Packed 0xRRGGBB for a share of the range, clamped to [0, 1]. */
        static int at(double share) {
            double position = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
            int low = Math.min((int) position, VIRIDIS.length - 2);
            double part = position - low;
            return mix(VIRIDIS[low], VIRIDIS[low + 1], part);
        }

        /** {@code first·(1−part) + second·part}, channel by channel. */
        static int mix(int first, int second, double part) {
            int mixed = 0;
            for (int shift = 16; shift >= 0; shift -= 8) {
                double a = first >> shift & 0xFF;
                double b = second >> shift & 0xFF;
                mixed |= (int) Math.round(a + (b - a) * part) << shift;
            }
            return mixed;
        }
    }

    /**
     * A picture that a page carries inside itself.
     *
     * @param dataUri {@code data:image/png;base64,…}
     */
    public record Picture(String caption, String dataUri) {
        public static Picture of(String caption, RgbImage image) {
            BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
            byte[] rgb = image.rgb();
            int[] row = new int[image.width()];
            for (int y = 0; y < image.height(); y++) {
                for (int x = 0; x < row.length; x++) {
                    int at = 3 * (y * row.length + x);
                    row[x] = (rgb[at] & 0xFF) << 16 | (rgb[at + 1] & 0xFF) << 8 | rgb[at + 2] & 0xFF;
                }
                buffered.setRGB(0, y, row.length, 1, row, 0, row.length);
            }
            return of(caption, buffered);
        }

        public static Picture of(String caption, BufferedImage image) {
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
                ImageIO.write(image, "png", out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Picture(
                    caption, "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray()));
        }
    }
}
