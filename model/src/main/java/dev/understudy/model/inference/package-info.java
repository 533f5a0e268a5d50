/**
 * From a decoded frame to a prediction: normalisation, the folded form of a network, resizing and reduction.
 */
@NullMarked
package dev.understudy.model.inference;

import org.jspecify.annotations.NullMarked;
