package dev.understudy.scenes.trace;

import dev.understudy.scenes.texture.Colour.Texture;

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
