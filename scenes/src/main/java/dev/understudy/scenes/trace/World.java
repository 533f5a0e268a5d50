package dev.understudy.scenes.trace;

import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.Colour.Texture;
import dev.understudy.scenes.texture.SurfacePoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything there is to see, ready to be traced. Immutable, for any number of threads.
 */
public final class World {
    private final List<Solid> solids;
    private final List<Light> lights;
    private final Ambient ambient;
    private final Backdrop backdrop;
    private final Bvh bvh;
    private final Vec[] halves;

    public World(List<Solid> solids, List<Light> lights, Ambient ambient, Backdrop backdrop) {
        this.solids = List.copyOf(solids);
        this.lights = List.copyOf(lights);
        this.ambient = ambient;
        this.backdrop = backdrop;
        this.bvh = new Bvh(this.solids);
        this.halves = this.solids.stream().map(s -> s.place().stretch()).toArray(Vec[]::new);
    }

    public List<Solid> solids() {
        return solids;
    }

    public List<Light> lights() {
        return lights;
    }

    public Ambient ambient() {
        return ambient;
    }

    public Backdrop backdrop() {
        return backdrop;
    }

    /** Half the extent of a solid along its own axes. */
    Vec half(int solid) {
        return halves[solid];
    }

    Bvh bvh() {
        return bvh;
    }

    /**
     * Light from everywhere: {@code above} on what faces up, {@code below} on what faces down, and less in the corners
     * of a closed room. With an empty hull there are no corners.
     *
     * @param hull the room's inner bounds, min x, y, z then max x, y, z, or an empty array out of doors
     */
    public record Ambient(Colour above, Colour below, double[] hull) {
        private static final double REACH = 0.35;

        /** How open the place (x, y, z) with normal (nx, ny, nz) is: 1 = free, less near the hull's other sides. */
        double openness(double x, double y, double z, double nx, double ny, double nz) {
            if (hull.length == 0) {
                return 1;
            }
            return side(x - hull[0], nx)
                    * side(hull[3] - x, nx)
                    * side(y - hull[1], ny)
                    * side(hull[4] - y, ny)
                    * side(z - hull[2], nz)
                    * side(hull[5] - z, nz);
        }

        private static double side(double distance, double along) {
            double d = Math.max(0, distance) / REACH;
            return 1 - 0.4 * (1 - Math.abs(along)) / (1 + d * d);
        }
    }

    /** What a ray sees that meets nothing. */
    public interface Backdrop {
        /** Class index of the backdrop; it has no depth and no normal. */
        int label();

        /** Sets the radiance that comes from the unit direction (x, y, z) as the point's colour. */
        void paint(double x, double y, double z, SurfacePoint p);

        /** A black nothing, for closed rooms. */
        static Backdrop none(int label) {
            return new Backdrop() {
                @Override
                public int label() {
                    return label;
                }

                @Override
                public void paint(double x, double y, double z, SurfacePoint p) {
                    p.red = 0;
                    p.green = 0;
                    p.blue = 0;
                }
            };
        }
    }

    /**
     * One convex part of something.
     *
     * @param shape the canonical solid
     * @param taper the frustum's upper radius (1 = cylinder), or the foliage's density; else not used
     * @param place from the canonical solid to the world
     * @param material what it is made of
     * @param label class index, 0–254
     * @param castsShadow false for what surrounds a light
     */
    public record Solid(Shape shape, double taper, Affine place, Material material, int label, boolean castsShadow) {
        public Solid {
            if (label < 0 || label > 254) {
                throw new IllegalArgumentException("class index " + label + " is not in 0–254");
            }
        }
    }

    /**
     * A light.
     *
     * @param position where it is, in metres; for the sun the direction towards it, at unit length
     * @param colour irradiance at one metre (lamp) or everywhere (sun)
     * @param facing the side it shines to with a cosine falloff, as a window does; null = all sides
     * @param radius of the ball that it fills: penumbrae get softer with it; for the sun the tangent of its half angle
     * @param distant true for the sun
     */
    public record Light(
            Vec position, Colour colour, @Nullable Vec facing, double radius, boolean distant) {
        public static Light lamp(Vec position, Colour colour, double radius) {
            return new Light(position, colour, null, radius, false);
        }

        public static Light window(Vec position, Vec facing, Colour colour, double radius) {
            return new Light(position, colour, facing, radius, false);
        }

        public static Light sun(Vec towards, Colour colour) {
            return new Light(towards.unit(), colour, null, 0.02, true);
        }
    }

    /**
     * A surface's answer to light.
     *
     * @param texture its colour
     * @param gloss strength of the highlight, 0 = matte
     * @param mirror share of light that is reflected as in a mirror, 0–1
     * @param glow its own light, as a multiple of its colour
     */
    public record Material(Texture texture, double gloss, double mirror, double glow) {
        public static Material matte(Texture texture) {
            return new Material(texture, 0, 0, 0);
        }

        public static Material satin(Texture texture) {
            return new Material(texture, 0.15, 0, 0);
        }

        public static Material glossy(Texture texture) {
            return new Material(texture, 0.5, 0.04, 0);
        }

        public static Material polished(Texture texture, double mirror) {
            return new Material(texture, 0.6, mirror, 0);
        }

        public static Material glowing(Texture texture, double glow) {
            return new Material(texture, 0, 0, glow);
        }
    }
}
