/**
 * A frame: a picture and what is known about it. Start at {@link dev.understudy.dataset.frame.Frame};
 * {@code Manifest} reads the records of a data set, {@code DiskFrameSource} turns them into frames.
 */
@NullMarked
package dev.understudy.dataset.frame;

import org.jspecify.annotations.NullMarked;
