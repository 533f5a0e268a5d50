package dev.understudy.scenes.texture;

/** A colour in linear light, 0 = black, 1 = a perfect white surface. */
public record Colour(double r, double g, double b) {
    public static final Colour BLACK = new Colour(0, 0, 0);

    /** From {@code 0xRRGGBB} as screens show it. */
    public static Colour srgb(int hex) {
        return new Colour(
                linear((hex >> 16 & 255) / 255.0), linear((hex >> 8 & 255) / 255.0), linear((hex & 255) / 255.0));
    }

    /** From hue, saturation and value as screens show them; each in [0, 1], the hue wraps. */
    public static Colour hsv(double hue, double saturation, double value) {
        double h = (hue - Math.floor(hue)) * 6;
        return new Colour(
                channel(h, 5, saturation, value), channel(h, 3, saturation, value), channel(h, 1, saturation, value));
    }

    private static double channel(double h, int shift, double saturation, double value) {
        double k = (h + shift) % 6;
        return linear(value - value * saturation * Math.max(0, Math.min(1, Math.min(k, 4 - k))));
    }

    private static double linear(double s) {
        return s <= 0.04045 ? s / 12.92 : StrictMath.pow((s + 0.055) / 1.055, 2.4);
    }

    public static Colour grey(double value) {
        return hsv(0, 0, value);
    }

    public Colour mix(Colour other, double share) {
        return new Colour(r + (other.r - r) * share, g + (other.g - g) * share, b + (other.b - b) * share);
    }

    public Colour times(double k) {
        return new Colour(r * k, g * k, b * k);
    }

    public double luminance() {
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }

    /** A surface's colour as a function of place. Stateless, so any number of threads may use one. */
    @FunctionalInterface
    public interface Texture {
        /** Reads the point's place and sets its colour. */
        void paint(SurfacePoint p);

        /** This texture, with dark and light blotches of about {@code size} metres and the given strength. */
        default Texture mottled(int seed, double size, double strength) {
            return p -> {
                paint(p);
                p.dim(1
                        + strength
                                * p.visible(size)
                                * (2 * Noise.fractal(p.x / size, p.y / size, p.z / size, seed, 2) - 1));
            };
        }
    }
}
