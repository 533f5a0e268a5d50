/**
 * Pictures and per-pixel maps in memory, and their files. All are row-major with the origin at the top left.
 */
@NullMarked
package dev.understudy.dataset.image;

import org.jspecify.annotations.NullMarked;
