package dev.understudy.scenes;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.scenes.rooms.RoomLayout;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.streets.StreetLayout;
import dev.understudy.scenes.texture.Noise;
import dev.understudy.scenes.trace.Assembly.Layout;
import dev.understudy.scenes.trace.FrameTracer.TracedFrame;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What to render, and through which instruments.
 *
 * @param scene the kind of place
 * @param width pixels, 16–4096
 * @param height pixels, 16–4096
 * @param seed decides everything; the same seed gives the same bytes
 * @param viewsPerPlace frames of one room or street before the next
 * @param sequence neighbouring frames are close steps of one camera path, instead of views spread along it
 * @param rgbNoise noise of the picture; 1 = a webcam indoors, 0 = none
 * @param depthNoise noise of the depth, see {@link DepthSensor}; 0 = exact
 * @param depthHoles how readily depth fails, 0–1; 0 = never
 * @param scanRows rows of a laser scanner; 0 = depth at every pixel
 */
@RecordBuilder
public record RenderOptions(
        @Default("rooms") SceneKind scene,
        @Default("160") int width,
        @Default("120") int height,
        @Default("1") long seed,
        @Default("4") int viewsPerPlace,
        @Default("false") boolean sequence,
        @Default("1") double rgbNoise,
        @Default("0") double depthNoise,
        @Default("0") double depthHoles,
        @Default("0") int scanRows)
        implements RenderOptionsBuilder.With {
    public RenderOptions {
        new Checks()
                .inRange("width", width, 16, 4096)
                .inRange("height", height, 16, 4096)
                .inRange("viewsPerPlace", viewsPerPlace, 1, 1_000_000)
                .inRange("rgbNoise", rgbNoise, 0, 20)
                .inRange("depthNoise", depthNoise, 0, 20)
                .unit("depthHoles", depthHoles)
                .inRange("scanRows", scanRows, 0, 4096)
                .verify();
    }

    /** Exact depth, ordinary picture noise, four views a place. */
    public static RenderOptions of(SceneKind scene, int width, int height, long seed) {
        return new RenderOptions(scene, width, height, seed, 4, false, 1, 0, 0, 0);
    }

    ColourSensor colourSensor() {
        return new ColourSensor(rgbNoise);
    }

    DepthSensor depthSensor() {
        return new DepthSensor(depthNoise, depthHoles, scanRows);
    }

    /**
     * A camera's way from light to bytes: automatic exposure, white balance, vignetting, a film-like curve, shot and
     * read noise, 8 bits.
     *
     * @param noise strength of the noise; 1 is a webcam indoors (σ of 2–4 levels), 0 is none
     */
    record ColourSensor(double noise) {
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

    /**
     * A depth camera or a laser scanner.
     *
     * @param noise σ as a multiple of the usual 0.0014·z² metres (structured light; Khoshelham 2012), at most 0.02·z; 0
     * =
     *     exact
     * @param holes how readily measurements fail at edges, at grazing angles and in blotches, 0–1; 0 = never
     * @param scanRows number of a laser's rows over the lower two thirds of the picture, where only every other pixel
     * is
     *     measured; 0 = every pixel is
     */
    record DepthSensor(double noise, double holes, int scanRows) {
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

    /** The kinds of place that can be rendered. */
    public enum SceneKind {
        /** Furnished rooms from inside: nyud40. */
        ROOMS(new RoomLayout()),
        /** Streets from a car: cityscapes19; the sky has no depth. */
        STREETS(new StreetLayout());

        private final Layout layout;

        SceneKind(Layout layout) {
            this.layout = layout;
        }

        /** The class space of its labels. */
        public String classes() {
            return layout.classes();
        }

        /** Units per metre in its 16-bit depth files. */
        public double depthScale() {
            return layout.depthScale();
        }

        Layout layout() {
            return layout;
        }
    }
}
