/**
 * Which network a file holds, which of its outputs belong to which classes, and the card that an exported one gets.
 */
@NullMarked
package dev.understudy.pipeline.predict;

import org.jspecify.annotations.NullMarked;
