/**
 * The ray caster: a {@link dev.understudy.scenes.trace.World} of solids and lights, seen by a {@link
 * dev.understudy.scenes.trace.Camera}, becomes a {@link dev.understudy.scenes.trace.TracedFrame}. Start
 * at {@link dev.understudy.scenes.trace.FrameTracer}. Nothing here knows what is being shown.
 *
 * <p>Labels, depth and normals are those of the one ray through the pixel's centre; only the colour is averaged over
 * more rays.
 */
@NullMarked
package dev.understudy.scenes.trace;

import org.jspecify.annotations.NullMarked;
