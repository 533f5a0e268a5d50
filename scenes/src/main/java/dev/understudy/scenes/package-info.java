/**
 * Synthetic frames with exact truth, rendered by casting rays into rooms and streets that are laid out at random. Start
 * at {@link dev.understudy.scenes.FrameRenderer}.
 *
 * <p>From the bottom up: {@code space} (points, transforms, random numbers) → {@code texture} (what surfaces look like)
 * → {@code trace} (solids, lights, cameras, the ray caster) → {@code build} (putting solids together, camera paths) →
 * {@code rooms}, {@code streets} (what there is) → this package, which adds the noise of the instruments. A scene is
 * only a {@link dev.understudy.scenes.trace.Assembly.Layout}; all scenes share the rest.
 *
 * <p>Frame {@code i} of a seed has the same bytes on every machine and with any number of threads: random numbers are
 * functions of (seed, place, frame), arithmetic is IEEE and transcendental functions are {@link
 * java.lang.StrictMath}'s.
 *
 * <p>The world is right-handed with z up, in metres. Pixel centres are at integer coordinates and the principal point
 * is the picture's middle.
 */
@NullMarked
package dev.understudy.scenes;

import org.jspecify.annotations.NullMarked;
