package dev.understudy.scenes.texture;

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
