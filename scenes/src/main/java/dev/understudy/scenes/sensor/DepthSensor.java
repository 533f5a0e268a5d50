package dev.understudy.scenes.sensor;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.texture.Noise;

/**
 * A depth camera or a laser scanner.
 *
 * @param noise σ as a multiple of the usual 0.0014·z² metres (structured light; Khoshelham 2012), at most 0.02·z; 0 =
 *     exact
 * @param holes how readily measurements fail at edges, at grazing angles and in blotches, 0–1; 0 = never
 * @param scanRows number of a laser's rows over the lower two thirds of the picture, where only every other pixel is
 *     measured; 0 = every pixel is
 */
public record DepthSensor(double noise, double holes, int scanRows) {
    private static final double JUMP = 0.04;

    public boolean exact() {
        return noise == 0 && holes == 0 && scanRows == 0;
    }

    /** What the sensor reports of the exact depth; 0 where it measures nothing. */
    public DepthMap measure(DepthMap exact, NormalMap normals, long seed) {
        if (exact()) {
            return exact;
        }
        int width = exact.width();
        int height = exact.height();
        float[] out = new float[width * height];
        boolean[] scanned = scanned(height);
        long dice = SplitMix.mix(seed + 5);
        for (int i = 0; i < out.length; i++) {
            float z = exact.metres()[i];
            int x = i % width;
            int y = i / width;
            long bits = SplitMix.mix(dice + i);
            boolean swept = scanRows == 0 || scanned[y] && (x + y) % 2 == 0 && (bits & 15) != 0;
            if (z > 0 && swept && !fails(exact, normals, x, y, bits, (int) seed)) {
                double sigma = noise * Math.min(0.0014 * z * z, 0.02 * z);
                out[i] = (float) Math.max(0.01, z + sigma * SplitMix.bell(SplitMix.mix(bits)));
            }
        }
        return new DepthMap(width, height, out);
    }

    private boolean[] scanned(int height) {
        boolean[] rows = new boolean[height];
        for (int row = 0; row < scanRows; row++) {
            rows[Math.min(height - 1, (int) (height * (1 + 2 * (row + 0.5) / scanRows) / 3))] = true;
        }
        return rows;
    }

    private boolean fails(DepthMap exact, NormalMap normals, int x, int y, long bits, int seed) {
        if (holes == 0) {
            return false;
        }
        int width = exact.width();
        int i = y * width + x;
        double chance = 0.01;
        float z = exact.metres()[i];
        // Structured light has its projector beside the camera: the shadow falls to one side of an edge.
        int shadow = Math.max(0, x - Math.max(1, width / 100));
        if (Math.abs(exact.metres()[y * width + shadow] - z) > JUMP * z) {
            chance += 0.8;
        }
        // The component along the optical axis: small where the surface is seen at a grazing angle.
        double facing = Math.abs(normals.xyz()[3 * i + 1]);
        chance += facing < 0.25 ? 0.6 * (1 - facing / 0.25) : 0;
        double blotch = Noise.fractal(12.0 * x / width, 12.0 * y / width, 0, seed, 2);
        chance += blotch > 0.8 ? 0.9 : 0;
        return (bits >>> 40) * 0x1.0p-24 < chance * holes;
    }
}
