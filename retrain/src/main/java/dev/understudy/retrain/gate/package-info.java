/**
 * Whether a challenger is better than the champion, and beyond noise. Pure functions over records: nothing here reads a
 * file or runs a network. Start at {@link dev.understudy.retrain.gate.Gate}.
 *
 * <p>Models are compared by sums per frame ({@link dev.understudy.evaluation.FrameSums}), from which every metric can
 * be computed over any choice of frames: dividing once, after adding. So mIoU of a bootstrap sample is the mIoU of that
 * sample and not a mean of frames' mIoUs.
 */
@NullMarked
package dev.understudy.retrain.gate;

import org.jspecify.annotations.NullMarked;
