package dev.understudy.scenes.build;

import java.util.function.Consumer;

/**
 * A thing and the room it takes, before it has a place.
 *
 * @param width along x, metres
 * @param depth along y, from its back at y = 0
 * @param height along z
 * @param builder adds its parts in its own frame
 */
public record Furniture(double width, double depth, double height, Consumer<Assembly> builder) {
    public void build(Assembly assembly) {
        builder.accept(assembly);
    }
}
