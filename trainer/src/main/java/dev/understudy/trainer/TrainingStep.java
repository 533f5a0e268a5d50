package dev.understudy.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.JointLoss;
import dev.understudy.trainer.loss.JointLoss.Divisors;
import dev.understudy.trainer.loss.JointLossValue;
import dev.understudy.trainer.optimiser.LossScale;

/**
 * Forward and backward: a batch in, gradients on the network's parameters out.
 *
 * @param scale that the gradients are multiplied by
 */
public record TrainingStep(Network network, JointLoss loss, NDManager manager, LossScale scale) {
    /** Gradients are what they are. */
    public TrainingStep(Network network, JointLoss loss, NDManager manager) {
        this(network, loss, manager, LossScale.none());
    }

    /**
     * Adds the batch's gradients to those of the network.
     *
     * @param passes in which the batch goes through the network; the sum of their gradients is that of the whole, as
     *     far as batch-norm and inverse Huber do not look at a whole batch; pairs of frames stay together, or none are
     *     in it
     */
    public JointLossValue learn(Batch batch, int passes) {
        Divisors divisors = loss.divisors(batch);
        JointLossValue sum = JointLossValue.NOTHING;
        int frames = batch.images() / passes;
        for (int i = 0; i < passes; i++) {
            sum = sum.plus(learn(batch.part(i * frames, (i + 1) * frames), divisors));
        }
        return loss.whole(sum);
    }

    /** [N, 3, height, width], in channels-last memory order. */
    static NDArray images(Batch batch, NDManager manager) {
        return manager.create(batch.rgbNhwc(), new Shape(batch.images(), batch.height(), batch.width(), 3))
                .transpose(0, 3, 1, 2);
    }

    private JointLossValue learn(Batch part, Divisors divisors) {
        try (NDManager arrays = manager.newSubManager()) {
            NDArray imagesNchw = images(part, arrays);
            return loss.backward(
                    network.forward(imagesNchw, true),
                    part,
                    divisors,
                    gradients -> network.backward(scale.over(gradients)));
        }
    }
}
