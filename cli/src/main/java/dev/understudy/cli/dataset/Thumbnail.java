package dev.understudy.cli.dataset;

import dev.understudy.dataset.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Small pictures for pages. */
final class Thumbnail {
    private Thumbnail() {}

    /** Each new pixel is the mean of those that it covers; pictures that are no wider stay as they are. */
    static RgbImage of(RgbImage image, int width) {
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

    /** As a PNG inside an address, so that a page needs no other file. */
    static String dataUri(RgbImage image) throws IOException {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < image.width() * image.height(); i++) {
            int rgb = (image.rgb()[3 * i] & 0xFF) << 16
                    | (image.rgb()[3 * i + 1] & 0xFF) << 8
                    | image.rgb()[3 * i + 2] & 0xFF;
            buffered.setRGB(i % image.width(), i / image.width(), rgb);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.setUseCache(false);
        ImageIO.write(buffered, "png", out);
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(out.toByteArray());
    }
}
