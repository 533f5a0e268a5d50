package dev.understudy.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.JointLoss.LossTerm;
import dev.understudy.trainer.loss.JointLoss.OutputMap;

/**
 * The loss of one task: a sum over pixels, divided once. Stateless and safe for several threads at once.
 *
 * <p>The divisor is asked for first, and may be that of a larger batch of which {@code batch} is a part: so the
 * gradients of the parts add up to those of the whole. Where nothing is annotated the loss is exactly 0 and so is its
 * gradient.
 */
public interface TaskLoss {
    /** What the sum over pixels is divided by; 0 = nothing in this batch teaches the task. */
    double divisor(Batch batch);

    /**
     * @param output of the network for the frames of {@code batch}, at its own stride
     * @param divisor of the whole batch, positive
     * @param workers that the loss may use; the same number of them gives the same bits
     */
    LossTerm of(OutputMap output, Batch batch, double divisor, Workers workers);

    /**
     * The same as tensor operations where the output lies.
     *
     * @param outputNchw of the network for the frames of {@code batch}, at its own stride; stays the caller's
     * @param divisor of the whole batch, positive
     */
    TensorTerm of(NDArray outputNchw, Batch batch, double divisor);

    /** What recipes may name under {@code loss.segmentation}. */
    sealed interface SegmentationLoss extends TaskLoss permits CrossEntropy {}
}
