package dev.understudy.model.external;

import dev.understudy.dataset.image.RgbImage;
import dev.understudy.model.external.PictureInput.ChannelOrder;
import dev.understudy.model.external.PictureInput.Resize;
import dev.understudy.model.inference.FeatureMap;
import dev.understudy.model.inference.Interpolation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/** Writes pictures of one size into an input tensor. */
final class InputTensor {
    private static final int CHANNELS = 3;

    private InputTensor() {}

    /** [n, 3, height, width] of the placement, in memory outside the heap. */
    static FloatBuffer of(List<RgbImage> images, PictureInput input, Placement placement, boolean mirrored) {
        int pixels = placement.width() * placement.height();
        FloatBuffer nchw = ByteBuffer.allocateDirect(
                        Math.multiplyExact(Math.multiplyExact(images.size() * CHANNELS, pixels), Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int i = 0; i < images.size(); i++) {
            write(images.get(i), input, placement, mirrored, nchw, i * CHANNELS * pixels);
        }
        return nchw;
    }

    private static void write(
            RgbImage image, PictureInput input, Placement placement, boolean mirrored, FloatBuffer nchw, int offset) {
        float[] picture = resized(image, input.resize(), placement, mirrored);
        int pixels = placement.width() * placement.height();
        float[] row = new float[placement.width()];
        for (int channel = 0; channel < CHANNELS; channel++) {
            int source = input.order() == ChannelOrder.RGB ? channel : CHANNELS - 1 - channel;
            float padding = input.value(channel, input.pad());
            for (int y = 0; y < placement.height(); y++) {
                int pictureY = y - placement.top();
                for (int x = 0; x < row.length; x++) {
                    int pictureX = x - placement.left();
                    boolean inside = pictureX >= 0
                            && pictureX < placement.pictureWidth()
                            && pictureY >= 0
                            && pictureY < placement.pictureHeight();
                    row[x] = inside
                            ? input.value(
                                    channel,
                                    picture[(pictureY * placement.pictureWidth() + pictureX) * CHANNELS + source])
                            : padding;
                }
                nchw.put(offset + channel * pixels + y * row.length, row);
            }
        }
    }

    /** All of the picture, HWC, 0–255. */
    private static float[] resized(RgbImage image, Resize resize, Placement placement, boolean mirrored) {
        float[] values = new float[image.rgb().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.rgb()[i] & 0xFF;
        }
        if (resize == Resize.ANTIALIASED) {
            return AntialiasedResize.resize(
                    mirrored ? mirrored(values, image.width()) : values,
                    image.width(),
                    image.height(),
                    CHANNELS,
                    placement.pictureWidth(),
                    placement.pictureHeight());
        }
        FeatureMap map = new FeatureMap(image.width(), image.height(), CHANNELS, values, mirrored);
        Interpolation interpolation = resize == Resize.BICUBIC ? Interpolation.BICUBIC : Interpolation.BILINEAR;
        return map.resize(placement.pictureWidth(), placement.pictureHeight(), interpolation);
    }

    private static float[] mirrored(float[] hwc, int width) {
        float[] turned = new float[hwc.length];
        for (int pixel = 0; pixel < hwc.length / CHANNELS; pixel++) {
            int row = pixel / width * width;
            System.arraycopy(hwc, pixel * CHANNELS, turned, (row + width - 1 - (pixel - row)) * CHANNELS, CHANNELS);
        }
        return turned;
    }
}
