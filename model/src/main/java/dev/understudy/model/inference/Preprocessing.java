package dev.understudy.model.inference;

import dev.understudy.conf.ConfigurationException;
import java.util.List;

/**
 * How a picture becomes a network's input, and how its outputs come back to the picture's size. Input value =
 * (pixel · pixelScale − mean) / deviation, by channel red, green, blue.
 *
 * @param pixelScale applied to 0–255
 * @param mean three values
 * @param deviation three values above 0
 * @param interpolation of logits before the decision, and of depth and normals
 */
public record Preprocessing(double pixelScale, List<Double> mean, List<Double> deviation, Interpolation interpolation) {
    /** As the authors of all our networks trained them. */
    public static final Preprocessing EXPERT = new Preprocessing(
            1 / 255.0, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), Interpolation.BICUBIC);

    /** The same input; outputs bilinear, as the student is trained. */
    public static final Preprocessing STUDENT = EXPERT.with(Interpolation.BILINEAR);

    public Preprocessing {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (mean.size() != 3 || deviation.size() != 3) {
            throw new ConfigurationException(
                    "mean " + mean + ", deviation " + deviation + ": expected three values each");
        }
        if (!(pixelScale > 0) || !deviation.stream().allMatch(d -> d > 0)) {
            throw new ConfigurationException(
                    "pixelScale " + pixelScale + ", deviation " + deviation + ": expected values above 0");
        }
    }

    public Preprocessing with(Interpolation other) {
        return new Preprocessing(pixelScale, mean, deviation, other);
    }

    /** Input value by channel and pixel value: entry {@code channel·256 + pixel}. */
    float[] table() {
        float[] table = new float[3 * 256];
        for (int i = 0; i < table.length; i++) {
            int channel = i >> 8;
            table[i] = (float) (((i & 0xFF) * pixelScale - mean.get(channel)) / deviation.get(channel));
        }
        return table;
    }
}
