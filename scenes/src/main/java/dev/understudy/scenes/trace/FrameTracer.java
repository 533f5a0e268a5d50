package dev.understudy.scenes.trace;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.SurfacePoint;
import dev.understudy.scenes.trace.World.Ambient;
import dev.understudy.scenes.trace.World.Light;
import dev.understudy.scenes.trace.World.Material;
import dev.understudy.scenes.trace.World.Solid;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

    /** Turns a ray's end into the light that comes back along it. One per thread. */
    private static final class Shader {
        private static final double OFFSET = 1e-4;
        private static final double FAR = 1e9;
        private static final double FAINT = 4e-3;
        private static final double SHORTEST = 0.25;

        private final World world;
        private final Light[] lights;
        private final SurfacePoint point = new SurfacePoint();
        private final Ray shadow = new Ray();
        private final Ray bounce = new Ray();
        /** For each light the slot that shaded the last point, or −1. */
        private final int[] shadows;

        /** The last answer. */
        double red;

        double green;
        double blue;

        Shader(World world) {
            this.world = world;
            this.lights = world.lights().toArray(new Light[0]);
            this.shadows = new int[lights.length];
            Arrays.fill(shadows, -1);
        }

        Solid solid(Ray ray) {
            return world.solids().get(world.bvh().solid(ray.slot));
        }

        /**
         * Traces the ray and shades its end; the ray then holds the hit and its normal. {@code pixel} = angle of a
         * pixel.
         */
        void see(Ray ray, double pixel, long dice, boolean reflect) {
            world.bvh().closest(ray);
            if (ray.slot < 0) {
                double k = 1 / Math.sqrt(ray.dx * ray.dx + ray.dy * ray.dy + ray.dz * ray.dz);
                world.backdrop().paint(ray.dx * k, ray.dy * k, ray.dz * k, point);
                red = point.red;
                green = point.green;
                blue = point.blue;
                return;
            }
            int index = world.bvh().solid(ray.slot);
            Solid solid = world.solids().get(index);
            face(ray, solid, world.half(index));
            shade(ray, solid.material(), pixel, dice, reflect);
        }

        /** The normal at the hit, and the texture's coordinates there. */
        private void face(Ray ray, Solid solid, Vec half) {
            double x = ray.lx;
            double y = ray.ly;
            double z = ray.lz;
            point.x = x * half.x();
            point.y = y * half.y();
            point.z = z * half.z();
            switch (solid.shape()) {
                case BOX -> {
                    double ax = Math.abs(x);
                    double ay = Math.abs(y);
                    double az = Math.abs(z);
                    int axis = ax > ay ? (ax > az ? 0 : 2) : (ay > az ? 1 : 2);
                    point.axis = axis;
                    boxFace(axis, axis == 0 ? x : axis == 1 ? y : z, half);
                    world.bvh().normal(ray, axis == 0 ? x : 0, axis == 1 ? y : 0, axis == 2 ? z : 0);
                }
                case BALL, FOLIAGE -> {
                    roundFace(half);
                    world.bvh().normal(ray, x, y, z);
                }
                case FRUSTUM -> {
                    roundFace(half);
                    if (Math.abs(z) > 1 - 1e-9) {
                        world.bvh().normal(ray, 0, 0, z);
                    } else {
                        double slope = (solid.taper() - 1) / 2;
                        double r = (solid.taper() + 1) / 2 + slope * z;
                        world.bvh().normal(ray, x, y, -r * slope);
                    }
                }
            }
        }

        private void boxFace(int axis, double side, Vec half) {
            point.u = axis == 0 ? point.y * side : axis == 1 ? -point.x * side : point.x;
            point.v = axis == 2 ? point.y : point.z;
            point.halfU = axis == 0 ? half.y() : half.x();
            point.halfV = axis == 2 ? half.y() : half.z();
        }

        private void roundFace(Vec half) {
            point.axis = 2;
            point.u = point.x + point.y * 0.6;
            point.v = point.z;
            point.halfU = half.x();
            point.halfV = half.z();
        }

        private void shade(Ray ray, Material material, double pixel, long dice, boolean reflect) {
            double length = Math.sqrt(ray.dx * ray.dx + ray.dy * ray.dy + ray.dz * ray.dz);
            double facing = -(ray.nx * ray.dx + ray.ny * ray.dy + ray.nz * ray.dz) / length;
            point.footprint = ray.high * length * pixel / Math.max(0.15, facing);
            material.texture().paint(point);
            double r = point.red;
            double g = point.green;
            double b = point.blue;
            double px = ray.ox + ray.high * ray.dx + ray.nx * OFFSET;
            double py = ray.oy + ray.high * ray.dy + ray.ny * OFFSET;
            double pz = ray.oz + ray.high * ray.dz + ray.nz * OFFSET;
            Ambient ambient = world.ambient();
            double up = (ray.nz + 1) / 2;
            double open = ambient.openness(px, py, pz, ray.nx, ray.ny, ray.nz);
            Colour a = ambient.above();
            Colour z = ambient.below();
            double glow = material.glow();
            red = r * (glow + open * (z.r() + (a.r() - z.r()) * up));
            green = g * (glow + open * (z.g() + (a.g() - z.g()) * up));
            blue = b * (glow + open * (z.b() + (a.b() - z.b()) * up));
            shadow.from(px, py, pz);
            for (int i = 0; i < lights.length; i++) {
                lit(ray, material, i, r, g, b, SplitMix.mix(dice + i), length);
            }
            if (reflect && material.mirror() > 0) {
                mirror(ray, material.mirror(), pixel, dice);
            }
        }

        private void lit(
                Ray ray, Material material, int index, double r, double g, double b, long dice, double length) {
            Light light = lights[index];
            Vec p = light.position();
            double radius = light.radius();
            double x = p.x() + radius * signed(dice);
            double y = p.y() + radius * signed(dice >>> 21);
            double z = p.z() + radius * signed(dice >>> 42);
            if (!light.distant()) {
                x -= shadow.ox;
                y -= shadow.oy;
                z -= shadow.oz;
            }
            double square = x * x + y * y + z * z;
            double k = 1 / Math.sqrt(square);
            double incident = (x * ray.nx + y * ray.ny + z * ray.nz) * k;
            if (incident <= 0) {
                return;
            }
            double strength = light.distant() ? 1 : 1 / Math.max(square, SHORTEST);
            Vec facing = light.facing();
            strength *= beam(facing, x * k, y * k, z * k);
            if (strength * incident * light.colour().g() < FAINT) {
                return;
            }
            shadow.along(x, y, z, 0, light.distant() ? FAR : 1);
            if (world.bvh().occluded(shadow, shadows[index])) {
                shadows[index] = shadow.slot;
                return;
            }
            shadows[index] = -1;
            double diffuse = strength * incident;
            double shine = material.gloss() > 0 ? strength * material.gloss() * highlight(ray, light, length) : 0;
            Colour c = light.colour();
            red += c.r() * (r * diffuse + shine);
            green += c.g() * (g * diffuse + shine);
            blue += c.b() * (b * diffuse + shine);
        }

        private static double beam(@Nullable Vec facing, double x, double y, double z) {
            return facing == null ? 1 : Math.max(0, -(x * facing.x() + y * facing.y() + z * facing.z()));
        }

        /** The cosine to the half vector to the 32nd power; from the light's middle, so that it does not sparkle. */
        private double highlight(Ray ray, Light light, double length) {
            Vec p = light.position();
            Vec to = light.distant() ? p : new Vec(p.x() - shadow.ox, p.y() - shadow.oy, p.z() - shadow.oz).unit();
            double hx = to.x() - ray.dx / length;
            double hy = to.y() - ray.dy / length;
            double hz = to.z() - ray.dz / length;
            double c = (hx * ray.nx + hy * ray.ny + hz * ray.nz) / Math.sqrt(hx * hx + hy * hy + hz * hz);
            c *= c;
            c *= c;
            c *= c;
            c *= c;
            return c * c;
        }

        private void mirror(Ray ray, double share, double pixel, long dice) {
            double r = red;
            double g = green;
            double b = blue;
            double k = 2 * (ray.dx * ray.nx + ray.dy * ray.ny + ray.dz * ray.nz);
            bounce.from(shadow.ox, shadow.oy, shadow.oz);
            bounce.along(ray.dx - k * ray.nx, ray.dy - k * ray.ny, ray.dz - k * ray.nz, 1e-6, FAR);
            see(bounce, pixel * 2, dice + 101, false);
            red = r * (1 - share) + red * share;
            green = g * (1 - share) + green * share;
            blue = b * (1 - share) + blue * share;
        }

        private static double signed(long bits) {
            return ((bits & 0x1FFFFF) - 0xFFFFF) * 0x1.0p-20;
        }
    }
}
