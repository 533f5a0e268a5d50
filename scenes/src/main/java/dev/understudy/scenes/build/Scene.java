package dev.understudy.scenes.build;

import dev.understudy.scenes.trace.World;

/**
 * A place with everything in it, and the camera's way through it.
 *
 * @param world what there is
 * @param path the camera's way
 * @param brightness mean luminance that the picture should have, 0–1, as an automatic exposure aims for
 */
public record Scene(World world, CameraPath path, double brightness) {}
