package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.understudy.model.engine.Derivatives;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Operation.BatchNorm;
import java.util.List;

/** Batch-norm by the batch's own statistics or, frozen, by the running ones, which then stay as they are. */
final class BatchNormStep extends Step {
    private final BatchNorm norm;
    private final TrainedWeights weights;
    private final boolean frozen;

    BatchNormStep(BatchNorm norm, TrainedWeights weights, boolean frozen) {
        this.norm = norm;
        this.weights = weights;
        this.frozen = frozen;
    }

    @Override
    NDArray forward(List<NDArray> inputs, boolean reusable) {
        NDArray x = inputs.get(0);
        NDArray weight = weights.array(norm.name() + ".weight");
        NDArray bias = weights.array(norm.name() + ".bias");
        NDArray mean = weights.array(norm.name() + ".running_mean");
        NDArray variance = weights.array(norm.name() + ".running_var");
        return frozen
                ? Tensors.batchNorm(x, weight, bias, mean, variance, false, norm.epsilon())
                : keepAllButFirst(Derivatives.batchNorm(x, weight, bias, mean, variance, norm.epsilon()));
    }

    @Override
    boolean keepsInput() {
        return true;
    }

    @Override
    NDArray backward(NDArray dy, NDArray x, NDArray y, boolean reusable, boolean wanted) {
        NDArray weight = weights.array(norm.name() + ".weight");
        NDList derivatives;
        if (frozen) {
            try (NDArray variance = weights.array(norm.name() + ".running_var").add(norm.epsilon());
                    NDArray deviation = variance.pow(-0.5)) {
                NDArray mean = weights.array(norm.name() + ".running_mean");
                derivatives = Derivatives.batchNorm(dy, x, weight, mean, deviation, false);
            }
        } else {
            derivatives = Derivatives.batchNorm(dy, x, weight, saved(0), saved(1), true);
        }
        add(weights, norm.name() + ".weight", derivatives.get(1));
        add(weights, norm.name() + ".bias", derivatives.get(2));
        return derivatives.get(0);
    }
}
