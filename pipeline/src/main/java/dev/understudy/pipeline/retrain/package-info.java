/**
 * Scheduled retraining: new frames in, a better student out, never a worse one.
 *
 * <p>The parts know nothing of each other but what the arrows say: {@code gate} judges a challenger by sums per frame;
 * {@code drift} compares histograms; {@code cycle} runs resumable steps; {@code notice} → {@code cycle} tells of the
 * outcome; {@code schedule} waits for ticks. {@code registry} keeps the models.
 */
@NullMarked
package dev.understudy.pipeline.retrain;

import org.jspecify.annotations.NullMarked;
