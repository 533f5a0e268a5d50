/**
 * A frame: a picture and what is known about it. Start at {@link dev.understudy.dataset.frame.Frame};
 * {@code Manifest} reads the records of a data set, {@code DiskFrameSource} turns them into frames.
 *
 * <p>Where the camera stood is a {@link dev.understudy.dataset.frame.Pose}, and {@link
 * dev.understudy.dataset.frame.PinholeView} takes pixels with depth into the world and points of the world back to
 * pixels. Cameras look along z, x to the right and y down; lengths are metres, angles radians.
 */
@NullMarked
package dev.understudy.dataset.frame;

import org.jspecify.annotations.NullMarked;
