package dev.understudy.scenes.texture;

/**
 * Where a texture is asked for its colour, and the colour it answers. One per thread, refilled for every point:
 * textures must not keep it.
 */
public final class SurfacePoint {
    /** Metres from the middle of the part, along the part's own axes. */
    public double x;

    public double y;
    public double z;

    /** Metres on the face from its middle: across and upwards as one sees it standing before it. */
    public double u;

    public double v;

    /** Half of the face's extent across and upwards, metres. */
    public double halfU;

    public double halfV;

    /** The face's axis: 0 = ±x, 1 = ±y, 2 = ±z; meaningful for boxes. */
    public int axis;

    /** Metres of surface that one pixel covers. */
    public double footprint;

    /** The answer, linear light. */
    public double red;

    public double green;
    public double blue;

    public void paint(Colour c) {
        red = c.r();
        green = c.g();
        blue = c.b();
    }

    /** Paints the mixture of two colours; {@code share} of the second, clamped to [0, 1]. */
    public void paint(Colour a, Colour b, double share) {
        double k = Math.max(0, Math.min(1, share));
        red = a.r() + (b.r() - a.r()) * k;
        green = a.g() + (b.g() - a.g()) * k;
        blue = a.b() + (b.b() - a.b()) * k;
    }

    public void dim(double k) {
        red *= k;
        green *= k;
        blue *= k;
    }

    /** How much of a pattern of this period can be seen: 1 when a pixel is far smaller, 0 when it covers the period. */
    public double visible(double period) {
        return Math.max(0, Math.min(1, 1.5 - 2 * footprint / period));
    }
}
