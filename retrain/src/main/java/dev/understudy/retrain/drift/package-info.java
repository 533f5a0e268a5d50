/**
 * Whether new frames look like those that were trained on. Start at {@link dev.understudy.retrain.drift.DriftWatch}.
 */
@NullMarked
package dev.understudy.retrain.drift;

import org.jspecify.annotations.NullMarked;
