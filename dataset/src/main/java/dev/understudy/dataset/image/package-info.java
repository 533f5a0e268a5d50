/**
 * Pictures and per-pixel maps in memory, and their files. All are row-major with the origin at the top left.
 *
 * <p>Start at {@link dev.understudy.dataset.image.RgbImage} and its siblings; {@code RgbFiles}, {@code LabelFiles},
 * {@code DepthFiles} and {@code NormalFiles} read and write them. Files come from outside: size is checked in the
 * header before anything is decoded, and what is wrong is a {@link dev.understudy.files.DataException}.
 */
@NullMarked
package dev.understudy.dataset.image;

import org.jspecify.annotations.NullMarked;
