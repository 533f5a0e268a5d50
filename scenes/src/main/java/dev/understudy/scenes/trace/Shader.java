package dev.understudy.scenes.trace;

import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.SurfacePoint;
import dev.understudy.scenes.trace.World.Ambient;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Turns a ray's end into the light that comes back along it. One per thread. */
final class Shader {
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
     * Traces the ray and shades its end; the ray then holds the hit and its normal. {@code pixel} = angle of a pixel.
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

    private void lit(Ray ray, Material material, int index, double r, double g, double b, long dice, double length) {
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
