package dev.understudy.scenes.streets;

import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.Noise;
import dev.understudy.scenes.texture.SurfacePoint;
import dev.understudy.scenes.trace.Backdrop;

/** A sky that is paler at the horizon, with clouds; overcast when {@code cover} is near 1. */
final class Sky implements Backdrop {
    private final Colour zenith;
    private final Colour horizon;
    private final Colour cloud;
    private final double cover;
    private final double scale;
    private final int seed;

    Sky(SplitMix random, double cover) {
        this.cover = cover;
        double warm = random.uniform();
        zenith = Colour.hsv(
                random.uniform(0.55, 0.63), random.uniform(0.25, 0.65) * (1 - 0.7 * cover), random.uniform(0.6, 0.9));
        horizon = Colour.hsv(warm < 0.2 ? 0.08 : 0.58, random.uniform(0.02, 0.3), random.uniform(0.85, 1))
                .times(0.95);
        cloud = Colour.grey(random.uniform(0.75, 1)).times(1.05 - 0.35 * cover);
        scale = random.uniform(0.6, 2);
        seed = random.seed();
    }

    @Override
    public int label() {
        return Cityscapes19.SKY;
    }

    @Override
    public void paint(double x, double y, double z, SurfacePoint p) {
        double up = Math.max(0.02, z);
        double pale = 1 / (1 + 6 * up);
        double n = Noise.fractal(scale * x / (up + 0.15), scale * y / (up + 0.15), 0.5, seed, 4);
        double clouds = Noise.step(0.75 - 0.6 * cover, 0.95 - 0.5 * cover, n + 0.1);
        Colour clear = zenith.mix(horizon, pale);
        p.paint(clear, cloud, clouds * (1 - 0.5 * pale));
    }
}
