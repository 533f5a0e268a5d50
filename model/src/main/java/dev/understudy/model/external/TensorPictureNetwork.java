package dev.understudy.model.external;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.model.external.PictureInput.ChannelOrder;
import dev.understudy.model.external.PictureInput.Resize;
import dev.understudy.model.external.TensorNetwork.OutputTensor;
import dev.understudy.model.inference.FeatureMap;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.inference.PictureNetwork;
import dev.understudy.model.inference.PictureNetwork.SameSize;
import dev.understudy.model.inference.View;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Shows pictures to a network of tensors. */
public final class TensorPictureNetwork implements PictureNetwork {
    private final TensorNetwork network;
    private final PictureInput input;
    private final NetworkOutputs outputs;
    private final int classes;

    /**
     * @param network closed with this one
     * @param classes of the segmentation output; 0 without one
     */
    public TensorPictureNetwork(TensorNetwork network, PictureInput input, NetworkOutputs outputs, int classes) {
        this.network = network;
        this.input = input;
        this.outputs = outputs;
        this.classes = classes;
    }

    @Override
    public List<Map<Task, FeatureMap>> features(List<RgbImage> images, View view) {
        return SameSize.eachShown(images, network.takesBatches(), alike -> together(alike, view));
    }

    private List<Map<Task, FeatureMap>> together(List<RgbImage> images, View view) {
        InputPlacement placement = InputPlacement.of(
                input, view, images.get(0).width(), images.get(0).height());
        try {
            return together(images, placement, view);
        } catch (OutOfMemoryError e) {
            throw new DataException(
                    "there is not enough memory for pictures of "
                            + images.get(0).width() + "×"
                            + images.get(0).height() + ", " + images.size() + " at once, shown as " + placement.width()
                            + "×" + placement.height() + "; give it more with UNDERSTUDY_JAVA_OPTS=-Xmx8g, or give the"
                            + " card a smaller size",
                    e);
        }
    }

    private List<Map<Task, FeatureMap>> together(List<RgbImage> images, InputPlacement placement, View view) {
        Map<String, OutputTensor> tensors = network.run(
                InputTensor.of(images, input, placement, view.mirrored()),
                new long[] {images.size(), 3, placement.height(), placement.width()},
                outputs.tensors());
        List<Map<Task, FeatureMap>> answers = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            OutputMaps maps = new OutputMaps(tensors, placement, i, view.mirrored());
            Map<Task, FeatureMap> answer = new EnumMap<>(Task.class);
            if (outputs.segmentation() != null) {
                answer.put(Task.SEGMENTATION, maps.segmentation(outputs.segmentation(), classes));
            }
            if (outputs.depth() != null) {
                answer.put(Task.DEPTH, maps.depth(outputs.depth()));
            }
            answers.add(answer);
        }
        return answers;
    }

    @Override
    public void close() {
        network.close();
    }

    /** Writes pictures of one size into an input tensor. */
    private static final class InputTensor {
        private static final int CHANNELS = 3;

        private InputTensor() {}

        /** [n, 3, height, width] of the placement, in memory outside the heap. */
        static FloatBuffer of(List<RgbImage> images, PictureInput input, InputPlacement placement, boolean mirrored) {
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
                RgbImage image,
                PictureInput input,
                InputPlacement placement,
                boolean mirrored,
                FloatBuffer nchw,
                int offset) {
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
        private static float[] resized(RgbImage image, Resize resize, InputPlacement placement, boolean mirrored) {
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

        /**
         * Resizing with a triangle that is as wide as an output pixel where the picture shrinks, as Pillow's bilinear
         * filter: every pixel counts, so that fine texture does not turn into noise. Where it grows this is the usual
         * bilinear interpolation.
         */
        private static final class AntialiasedResize {
            private AntialiasedResize() {}

            /** @param hwc values, channels interleaved */
            static float[] resize(float[] hwc, int width, int height, int channels, int toWidth, int toHeight) {
                float[] narrow = new float[toWidth * height * channels];
                Window[] across = windows(width, toWidth);
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < toWidth; x++) {
                        across[x].add(
                                hwc, y * width * channels, channels, narrow, (y * toWidth + x) * channels, channels);
                    }
                }
                float[] resized = new float[toWidth * toHeight * channels];
                Window[] down = windows(height, toHeight);
                int row = toWidth * channels;
                for (int y = 0; y < toHeight; y++) {
                    down[y].add(narrow, 0, row, resized, y * row, row);
                }
                return resized;
            }

            private static Window[] windows(int from, int to) {
                double scale = (double) from / to;
                double reach = Math.max(1, scale);
                Window[] windows = new Window[to];
                Arrays.setAll(windows, i -> Window.of((i + 0.5) * scale, reach, from));
                return windows;
            }

            /** Weights of some neighbouring samples, from {@code first} on; they add up to 1. */
            private record Window(int first, float[] weights) {
                static Window of(double centre, double reach, int samples) {
                    int first = Math.max(0, (int) (centre - reach + 0.5));
                    int end = Math.min(samples, (int) (centre + reach + 0.5));
                    double[] weights = new double[end - first];
                    Arrays.setAll(weights, k -> Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach));
                    double sum = Arrays.stream(weights).sum();
                    float[] shares = new float[weights.length];
                    for (int k = 0; k < shares.length; k++) {
                        shares[k] = (float) (weights[k] / sum);
                    }
                    return new Window(first, shares);
                }

                /** Adds up {@code length} neighbouring values of samples that lie {@code stride} apart. */
                void add(float[] from, int offset, int stride, float[] to, int at, int length) {
                    for (int k = 0; k < weights.length; k++) {
                        int source = offset + (first + k) * stride;
                        for (int i = 0; i < length; i++) {
                            to[at + i] += weights[k] * from[source + i];
                        }
                    }
                }
            }
        }
    }
}
