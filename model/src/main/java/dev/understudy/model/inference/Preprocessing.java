package dev.understudy.model.inference;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import java.util.List;

/**
 * How a picture becomes a network's input, and how its outputs come back to the picture's size.
 *
 * @param interpolation of logits before the decision, and of depth and normals
 */
public record Preprocessing(InputNormalisation normalisation, Interpolation interpolation) {
    /** As the authors of the experts do it. */
    public static final Preprocessing EXPERT = new Preprocessing(InputNormalisation.IMAGENET, Interpolation.BICUBIC);

    /** The same input; outputs bilinear, as the student is trained. */
    public static final Preprocessing STUDENT = EXPERT.with(Interpolation.BILINEAR);

    public Preprocessing with(Interpolation other) {
        return new Preprocessing(normalisation, other);
    }

    public Preprocessing with(InputNormalisation other) {
        return new Preprocessing(other, interpolation);
    }

    /** The same for the same values, and part of what a store's fingerprint is made of. */
    @Override
    public String toString() {
        return normalisation + ", outputs " + interpolation;
    }

    /**
     * What a network expects of a picture's values: input = (pixel · pixelScale − mean) / deviation, by channel red,
     * green,
     * blue. As it stands if nothing is said, it is ImageNet's, which the authors of all our networks trained with.
     *
     * @param pixelScale applied to 0–255
     * @param mean three values
     * @param deviation three values above 0
     */
    public record InputNormalisation(
            @Default("0.00392156862745098") double pixelScale,
            @Default("[0.485, 0.456, 0.406]") List<Double> mean,
            @Default("[0.229, 0.224, 0.225]") List<Double> deviation) {
        private static final int CHANNELS = 3;

        public static final InputNormalisation IMAGENET =
                new InputNormalisation(1 / 255.0, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

        public InputNormalisation {
            mean = List.copyOf(mean);
            deviation = List.copyOf(deviation);
            Checks checks = new Checks()
                    .positive("pixelScale", pixelScale)
                    .that(mean.size() == CHANNELS, "mean", "must have three values, found " + mean)
                    .that(deviation.size() == CHANNELS, "deviation", "must have three values, found " + deviation);
            for (int i = 0; i < mean.size(); i++) {
                checks.that(Double.isFinite(mean.get(i)), "mean." + i, "must be a finite number, found " + mean.get(i));
            }
            for (int i = 0; i < deviation.size(); i++) {
                checks.positive("deviation." + i, deviation.get(i));
            }
            checks.verify();
        }

        /** Input value by channel and pixel value: entry {@code channel·256 + pixel}. */
        float[] table() {
            float[] table = new float[CHANNELS * 256];
            for (int i = 0; i < table.length; i++) {
                int channel = i >> 8;
                table[i] = (float) (((i & 0xFF) * pixelScale - mean.get(channel)) / deviation.get(channel));
            }
            return table;
        }

        /** The same for the same values, and part of what a store's fingerprint is made of. */
        @Override
        public String toString() {
            return "pixel scale " + pixelScale + ", mean " + mean + ", deviation " + deviation;
        }
    }
}
