/**
 * What a run tells of itself while it trains. Start at {@link dev.understudy.trainer.progress.TrainingListener}; the
 * others are listeners for a terminal, for machines and for TensorBoard.
 */
@NullMarked
package dev.understudy.trainer.progress;

import org.jspecify.annotations.NullMarked;
