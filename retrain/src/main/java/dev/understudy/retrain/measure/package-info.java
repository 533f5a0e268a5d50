/**
 * What a student does on a frozen set of frames, as sums per frame, and on a few pictures to the last digit: start at
 * {@link dev.understudy.retrain.measure.StudentMeasurement}. Whether new frames look like those that were trained on:
 * {@link dev.understudy.retrain.measure.DriftWatch}.
 */
@NullMarked
package dev.understudy.retrain.measure;

import org.jspecify.annotations.NullMarked;
