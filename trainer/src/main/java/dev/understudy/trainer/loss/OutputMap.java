package dev.understudy.trainer.loss;

/**
 * Numbers for every place of the network's output grid: the output of a head, or the derivative of a loss by it.
 *
 * @param nhwc images × height × width × channels; not to be changed once it is shared
 */
public record OutputMap(int images, int height, int width, int channels, float[] nhwc) {
    public OutputMap {
        if (nhwc.length != images * height * width * channels) {
            throw new IllegalArgumentException(
                    nhwc.length + " numbers for " + images + "×" + height + "×" + width + "×" + channels);
        }
    }

    /** Zeros of the same shape. */
    public OutputMap zerosLike() {
        return new OutputMap(images, height, width, channels, new float[nhwc.length]);
    }

    /** Numbers of one image. */
    public int imageSize() {
        return height * width * channels;
    }
}
