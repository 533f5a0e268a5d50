/**
 * The one place that speaks to the engine's automatic differentiation, which the benchmark's plain form uses and
 * training does without. Start at {@link dev.understudy.trainer.gradient.Autograd}.
 */
@NullMarked
package dev.understudy.trainer.gradient;

import org.jspecify.annotations.NullMarked;
