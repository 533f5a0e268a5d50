package dev.understudy.scenes.sensor;

import dev.understudy.dataset.image.RgbImage;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.trace.FrameTracer.TracedFrame;

/**
 * A camera's way from light to bytes: automatic exposure, white balance, vignetting, a film-like curve, shot and read
 * noise, 8 bits.
 *
 * @param noise strength of the noise; 1 is a webcam indoors (σ of 2–4 levels), 0 is none
 */
public record ColourSensor(double noise) {
    private static final int STEPS = 4096;
    private static final float[] CURVE = curve();

    /** Light in 0–1 after the film curve → 0–255 as screens show it. */
    private static float[] curve() {
        float[] curve = new float[STEPS + 1];
        for (int i = 0; i <= STEPS; i++) {
            double v = (double) i / STEPS;
            double s = v <= 0.0031308 ? 12.92 * v : 1.055 * StrictMath.pow(v, 1 / 2.4) - 0.055;
            curve[i] = (float) (255 * s);
        }
        return curve;
    }

    /**
     * @param brightness mean that the exposure aims for, in linear light before the film curve, 0–1
     * @param camera seed of what stays the same over a place: white balance
     * @param frame seed of what changes with each frame: noise
     */
    public RgbImage expose(TracedFrame traced, double brightness, long camera, long frame) {
        SplitMix random = SplitMix.of(camera, 7);
        double exposure = brightness / Math.max(1e-6, mean(traced.radiance()));
        double[] gain = {
            exposure * random.uniform(0.92, 1.08), exposure, exposure * random.uniform(0.9, 1.1),
        };
        double vignette = random.uniform(0, 0.35);
        int width = traced.width();
        int height = traced.height();
        float[] radiance = traced.radiance();
        byte[] rgb = new byte[radiance.length];
        long dice = SplitMix.mix(frame + 3);
        for (int y = 0; y < height; y++) {
            double dy = (2.0 * y - height) / width;
            for (int x = 0; x < width; x++) {
                double dx = (2.0 * x - width) / width;
                double fall = 1 - vignette * (dx * dx + dy * dy) / 1.6;
                int i = 3 * (y * width + x);
                for (int c = 0; c < 3; c++) {
                    double level = CURVE[(int) (film(radiance[i + c] * gain[c] * fall) * STEPS)];
                    double sigma = noise * (1.4 + 0.012 * level);
                    double value = level + sigma * SplitMix.bell(SplitMix.mix(dice + i + c));
                    rgb[i + c] = (byte) Math.max(0, Math.min(255, (int) (value + 0.5)));
                }
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /** Mean luminance; what is far brighter than the rest, as a lamp, counts little. */
    private static double mean(float[] radiance) {
        double sum = 0;
        for (int i = 0; i < radiance.length; i += 3) {
            double l = 0.2126 * radiance[i] + 0.7152 * radiance[i + 1] + 0.0722 * radiance[i + 2];
            sum += Math.min(1, l);
        }
        return 3 * sum / radiance.length;
    }

    /** Narkowicz' fit of the ACES film curve: rational, so the same everywhere. */
    private static double film(double x) {
        return Math.max(0, Math.min(1, x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14)));
    }
}
