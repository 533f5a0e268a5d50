/**
 * The ray caster: a {@link dev.understudy.scenes.trace.World} of solids and lights, seen by a {@link
 * dev.understudy.scenes.trace.Camera}, becomes a {@link dev.understudy.scenes.trace.FrameTracer.TracedFrame}. Start
 * at {@link dev.understudy.scenes.trace.FrameTracer}. Nothing here knows what is being shown.
 *
 * <p>Labels, depth and normals are those of the one ray through the pixel's centre; only the colour is averaged over
 * more rays.
 *
 * <p>{@link dev.understudy.scenes.trace.Assembly} puts solids together into things, in metres and in the thing's own
 * frame; {@link dev.understudy.scenes.trace.Assembly.Layout.Scene} is a finished world with the cameras that look at
 * it.
 */
@NullMarked
package dev.understudy.scenes.trace;

import org.jspecify.annotations.NullMarked;
