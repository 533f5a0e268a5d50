/**
 * Whether new frames look like those that were trained on. Start at {@link dev.understudy.pipeline.retrain.drift.DriftWatch}.
 */
@NullMarked
package dev.understudy.pipeline.retrain.drift;

import org.jspecify.annotations.NullMarked;
