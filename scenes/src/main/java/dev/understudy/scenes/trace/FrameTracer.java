package dev.understudy.scenes.trace;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;

/**
 * Traces one frame: a ray through every pixel's centre for the truth and the colour, then three more where the colour
 * changes from one pixel to the next. For one thread and one frame.
 */
public final class FrameTracer {
    private static final double FAR = 1e9;
    /** Offsets in pixels of the rays that join the one through the centre. */
    private static final double[] SUB = {-0.36, -0.16, 0.32, -0.24, 0.04, 0.38};
    /** Neighbours whose tone-mapped colours differ by more get more rays. */
    private static final double CONTRAST = 0.06;

    private final World world;
    private final Camera camera;
    private final long dice;
    private final int width;
    private final int height;
    private final double pixel;
    private final Ray ray = new Ray();
    private final Shader shader;
    private final float[] radiance;
    private final float[] depth;
    private final byte[] labels;
    private final float[] normals;
    private final int[] surface;

    /** @param seed of the jitter that softens shadows */
    public FrameTracer(World world, Camera camera, long seed) {
        this.world = world;
        this.camera = camera;
        this.dice = SplitMix.mix(seed);
        this.width = camera.width();
        this.height = camera.height();
        this.pixel = 1 / camera.intrinsics().fx();
        this.shader = new Shader(world);
        int n = width * height;
        this.radiance = new float[3 * n];
        this.depth = new float[n];
        this.labels = new byte[n];
        this.normals = new float[3 * n];
        this.surface = new int[n];
        ray.from(camera.toWorld().tx(), camera.toWorld().ty(), camera.toWorld().tz());
    }

    public TracedFrame trace() {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                centre(x, y);
            }
        }
        refine();
        return new TracedFrame(
                radiance,
                new DepthMap(width, height, depth),
                new LabelMap(width, height, labels),
                new NormalMap(width, height, normals));
    }

    private void aim(double x, double y) {
        Intrinsics k = camera.intrinsics();
        double cx = (x - k.cx()) / k.fx();
        double cy = (y - k.cy()) / k.fy();
        Affine m = camera.toWorld();
        // Not normalised: with 1 along the optical axis, t is the depth.
        ray.along(
                m.xx() * cx + m.xy() * cy + m.xz(),
                m.yx() * cx + m.yy() * cy + m.yz(),
                m.zx() * cx + m.zy() * cy + m.zz(),
                1e-3,
                FAR);
    }

    /** Only the geometry of the ray through a pixel's centre; the answer is overwritten by the next call. */
    Ray look(int x, int y) {
        aim(x, y);
        world.bvh().closest(ray);
        return ray;
    }

    private void centre(int x, int y) {
        int i = y * width + x;
        aim(x, y);
        shader.see(ray, pixel, SplitMix.mix(dice + 8L * i), true);
        radiance[3 * i] = (float) shader.red;
        radiance[3 * i + 1] = (float) shader.green;
        radiance[3 * i + 2] = (float) shader.blue;
        if (ray.slot < 0) {
            labels[i] = (byte) world.backdrop().label();
            surface[i] = -1;
            return;
        }
        Solid solid = shader.solid(ray);
        labels[i] = (byte) solid.label();
        depth[i] = (float) ray.high;
        Affine m = camera.toWorld();
        // The axes of NormalMap: right, forward, up.
        normals[3 * i] = (float) (m.xx() * ray.nx + m.yx() * ray.ny + m.zx() * ray.nz);
        normals[3 * i + 1] = (float) (m.xz() * ray.nx + m.yz() * ray.ny + m.zz() * ray.nz);
        normals[3 * i + 2] = (float) -(m.xy() * ray.nx + m.yy() * ray.ny + m.zy() * ray.nz);
        surface[i] = ray.slot;
    }

    private void refine() {
        boolean[] rough = new boolean[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                if (x + 1 < width && differ(i, i + 1)) {
                    rough[i] = true;
                    rough[i + 1] = true;
                }
                if (y + 1 < height && differ(i, i + width)) {
                    rough[i] = true;
                    rough[i + width] = true;
                }
            }
        }
        for (int i = 0; i < rough.length; i++) {
            if (rough[i]) {
                supersample(i);
            }
        }
    }

    private boolean differ(int i, int j) {
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            double a = radiance[3 * i + c];
            double b = radiance[3 * j + c];
            sum += Math.abs(a / (1 + a) - b / (1 + b));
        }
        return sum > (surface[i] == surface[j] ? 3 * CONTRAST : CONTRAST);
    }

    private void supersample(int i) {
        double r = radiance[3 * i];
        double g = radiance[3 * i + 1];
        double b = radiance[3 * i + 2];
        for (int s = 0; s < 3; s++) {
            aim(i % width + SUB[2 * s], i / width + SUB[2 * s + 1]);
            shader.see(ray, pixel / 2, SplitMix.mix(dice + 8L * i + 1 + s), true);
            r += shader.red;
            g += shader.green;
            b += shader.blue;
        }
        radiance[3 * i] = (float) (r / 4);
        radiance[3 * i + 1] = (float) (g / 4);
        radiance[3 * i + 2] = (float) (b / 4);
    }

    /**
     * What the ray caster found, before any sensor looked at it.
     *
     * @param radiance {@code height·width·3} floats, HWC, linear light without an upper bound; owned by the frame
     */
    public record TracedFrame(float[] radiance, DepthMap depth, LabelMap labels, NormalMap normals) {
        public int width() {
            return depth.width();
        }

        public int height() {
            return depth.height();
        }
    }
}
