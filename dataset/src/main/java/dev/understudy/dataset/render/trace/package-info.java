/**
 * The ray caster: a {@link dev.understudy.dataset.render.trace.World} of solids and lights, seen by a {@link
 * dev.understudy.dataset.render.trace.Camera}, becomes a {@link dev.understudy.dataset.render.trace.TracedFrame}. Start
 * at {@link dev.understudy.dataset.render.trace.FrameTracer}. Nothing here knows what is being shown.
 *
 * <p>Labels, depth and normals are those of the one ray through the pixel's centre; only the colour is averaged over more
 * rays.
 */
@NullMarked
package dev.understudy.dataset.render.trace;

import org.jspecify.annotations.NullMarked;
