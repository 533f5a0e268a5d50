/**
 * The joint trainer: losses, sampling, the loop, checkpoints. Does not know the labeler. Start at {@link
 * dev.understudy.trainer.Trainer}; where a run can be taken up again is a {@link
 * dev.understudy.trainer.CheckpointFolder}.
 *
 * <pre>
 * checkpoints/step-00000300/weights.pth      the network, under its original names
 *                           state.pth        momentum, moving average: {@code <slot>/<parameter>}
 *                           checkpoint.json  position, scores so far, checksums of both; the folder appears by rename
 * best.pth  best.json                        the weights that validated best, and their scores
 * last.pth                                   the weights of the newest checkpoint
 * </pre>
 *
 * Where a moving average is kept, {@code best.pth} and {@code last.pth} are the average.
 */
@NullMarked
package dev.understudy.trainer;

import org.jspecify.annotations.NullMarked;
