package dev.understudy.scenes.trace;

import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.texture.Colour;
import org.jspecify.annotations.Nullable;

/**
 * A light.
 *
 * @param position where it is, in metres; for the sun the direction towards it, at unit length
 * @param colour irradiance at one metre (lamp) or everywhere (sun)
 * @param facing the side it shines to with a cosine falloff, as a window does; null = all sides
 * @param radius of the ball that it fills: penumbrae get softer with it; for the sun the tangent of its half angle
 * @param distant true for the sun
 */
public record Light(Vec position, Colour colour, @Nullable Vec facing, double radius, boolean distant) {
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
