package dev.understudy.trainer.data;

import java.util.SplittableRandom;

/** Factors on the colours of one frame, applied to values in [0, 1]. */
record ColourJitter(float brightness, float contrast, float saturation) {
    static ColourJitter draw(SplittableRandom random, AugmentationConfiguration how) {
        return new ColourJitter(
                factor(random, how.brightness()), factor(random, how.contrast()), factor(random, how.saturation()));
    }

    private static float factor(SplittableRandom random, double jitter) {
        return (float) (1 + jitter * (2 * random.nextDouble() - 1));
    }

    /** Changes {@code rgb}, channels interleaved. */
    void apply(float[] rgb) {
        if (brightness == 1 && contrast == 1 && saturation == 1) {
            return;
        }
        float mean = brightness * meanGrey(rgb);
        for (int i = 0; i < rgb.length; i += 3) {
            float pixelGrey = brightness * grey(rgb, i);
            for (int c = i; c < i + 3; c++) {
                float saturated = pixelGrey + saturation * (brightness * rgb[c] - pixelGrey);
                rgb[c] = Math.min(1, Math.max(0, mean + contrast * (saturated - mean)));
            }
        }
    }

    private static float meanGrey(float[] rgb) {
        double sum = 0;
        for (int i = 0; i < rgb.length; i += 3) {
            sum += grey(rgb, i);
        }
        return (float) (sum * 3 / rgb.length);
    }

    /** By the weights of ITU-R BT.601. */
    private static float grey(float[] rgb, int i) {
        return 0.299f * rgb[i] + 0.587f * rgb[i + 1] + 0.114f * rgb[i + 2];
    }
}
