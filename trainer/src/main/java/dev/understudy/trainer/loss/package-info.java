/**
 * What the student is taught by. Start at {@link dev.understudy.trainer.loss.JointLoss}, which names a loss for each
 * task and adds them up; {@link dev.understudy.trainer.loss.TaskLoss} is one of them.
 *
 * <p>Losses compare the network's output with the target at the target's size, after bilinear upsampling. On GPUs they
 * are tensor operations where the outputs lie. On processors they are computed in plain Java, value and derivative in
 * one pass, because nothing of the target's size times the number of classes then ever exists: with 40 classes at four
 * times the output's width and height, the upsampled logits, their log-softmax and the derivatives of both are what
 * otherwise fills the memory. Each frame is one unit of parallel work and sums are taken in the order of frames, so
 * that the result does not depend on the number of threads.
 *
 * <p>Layouts are named: {@code nhwc} is frames × rows × columns × channels.
 */
@NullMarked
package dev.understudy.trainer.loss;

import org.jspecify.annotations.NullMarked;
