/**
 * {@code understudy predict}: one network on a few pictures, or on a tensor as it is. Start at
 * {@link dev.understudy.pipeline.predict.PredictCommand}.
 */
@NullMarked
package dev.understudy.pipeline.predict;

import org.jspecify.annotations.NullMarked;
