/**
 * Work that is done once for the same inputs, whoever asks for it: {@link dev.understudy.pipeline.step.StepFolder}.
 * Retraining cycles and ablations keep what they have done in such folders.
 */
@NullMarked
package dev.understudy.pipeline.step;

import org.jspecify.annotations.NullMarked;
