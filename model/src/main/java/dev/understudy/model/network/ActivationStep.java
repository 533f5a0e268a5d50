package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import dev.understudy.model.engine.Activation;
import dev.understudy.model.engine.Derivatives;
import dev.understudy.model.engine.Tensors;
import java.util.List;

/** ReLU or ReLU6, in place where nobody else reads the input: the result tells where the derivative passes. */
final class ActivationStep extends Step {
    private final Activation activation;

    ActivationStep(Activation activation) {
        this.activation = activation;
    }

    @Override
    NDArray forward(List<NDArray> inputs, boolean reusable) {
        NDArray x = inputs.get(0);
        if (reusable) {
            Tensors.activateInPlace(x, activation);
            return x;
        }
        return activation == Activation.RELU6 ? Tensors.relu6(x) : Tensors.relu(x);
    }

    @Override
    boolean keepsOutput() {
        return true;
    }

    @Override
    NDArray backward(NDArray dy, NDArray x, NDArray y, boolean reusable, boolean wanted) {
        return Derivatives.activation(dy, y, activation, reusable);
    }
}
