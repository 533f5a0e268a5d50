/**
 * Training from recipes: real and pseudo-labelled frames become the trainer's sources. Start at
 * {@link dev.understudy.pipeline.train.TrainRun}.
 */
@NullMarked
package dev.understudy.pipeline.train;

import org.jspecify.annotations.NullMarked;
