/**
 * How parameters move. Start at {@link dev.understudy.trainer.optimiser.Optimiser}, which works in place on a network's
 * parameters and names all its state after them; {@link dev.understudy.trainer.optimiser.UpdateRule} is the formula and
 * {@link dev.understudy.trainer.optimiser.OptimiserConfiguration.Schedule} the rate over time. {@code Autograd} alone
 * speaks to the engine's automatic differentiation, which the benchmark's plain form uses and training does without.
 */
@NullMarked
package dev.understudy.trainer.optimiser;

import org.jspecify.annotations.NullMarked;
