/**
 * Scheduled retraining: new frames in, a better student out, never a worse one. Start at
 * {@link dev.understudy.retrain.RetrainRun} and at the list of steps in {@code step}.
 *
 * <p>The parts know nothing of each other but what the arrows say: {@code frames} knows what is new; {@code measure} →
 * {@code gate} turns predictions into sums per frame, by which {@code gate} judges a challenger; {@code drift} compares
 * histograms; {@code cycle} runs resumable steps; {@code step} → all of these are the steps. {@code registry} keeps the
 * models. {@link dev.understudy.retrain.Notices} tells of a cycle's outcome, {@link dev.understudy.retrain.Scheduler}
 * waits for ticks.
 */
@NullMarked
package dev.understudy.retrain;

import org.jspecify.annotations.NullMarked;
