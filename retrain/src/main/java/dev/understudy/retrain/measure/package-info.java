/**
 * What a student does on a frozen set of frames, as sums per frame, and on a few pictures to the last digit. Start at
 * {@link dev.understudy.retrain.measure.StudentMeasurement}.
 */
@NullMarked
package dev.understudy.retrain.measure;

import org.jspecify.annotations.NullMarked;
