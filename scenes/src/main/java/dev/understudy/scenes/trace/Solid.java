package dev.understudy.scenes.trace;

import dev.understudy.scenes.space.Affine;

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
