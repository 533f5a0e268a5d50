/**
 * Which network a file holds, and which of its outputs belong to which classes.
 */
@NullMarked
package dev.understudy.pipeline.predict;

import org.jspecify.annotations.NullMarked;
