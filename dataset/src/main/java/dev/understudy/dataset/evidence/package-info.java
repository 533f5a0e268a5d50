/**
 * What an expert said of a frame, pixel by pixel: classes with probabilities, entropy and agreement, or depth and its
 * spread. Networks make it, stores keep it, policies and metrics read it.
 */
@NullMarked
package dev.understudy.dataset.evidence;

import org.jspecify.annotations.NullMarked;
