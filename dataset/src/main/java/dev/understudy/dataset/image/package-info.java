/**
 * Pictures and per-pixel maps in memory, their files, and what the indices of a label map mean. All are row-major with
 * the origin at the top left.
 *
 * <p>Start at {@link dev.understudy.dataset.image.RgbImage} and its siblings; {@code RgbFiles}, {@code LabelFiles},
 * {@code DepthFiles} and {@code NormalFiles} read and write them, {@link dev.understudy.dataset.image.NpyFile} reads
 * and writes tensors that come from or go to Python. Files come from outside: size is checked in the header before
 * anything is decoded, and what is wrong is a {@link dev.understudy.files.DataException}.
 *
 * <p>{@link dev.understudy.dataset.image.ClassSpace} names the classes: the built-in spaces are {@code
 * conf/classes/*.yaml}, and a user's own file may stand wherever a name may.
 */
@NullMarked
package dev.understudy.dataset.image;

import org.jspecify.annotations.NullMarked;
