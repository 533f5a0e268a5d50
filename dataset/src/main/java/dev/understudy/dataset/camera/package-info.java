/**
 * Where a camera stood and what it sees from there: rigid poses, and pinhole views that take pixels with depth into the
 * world and points of the world back to pixels. Cameras look along z, x to the right and y down; lengths are metres,
 * angles radians. Start at {@link dev.understudy.dataset.camera.PinholeView}.
 */
@NullMarked
package dev.understudy.dataset.camera;

import org.jspecify.annotations.NullMarked;
