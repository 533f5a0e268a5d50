package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import dev.understudy.model.engine.Derivatives;
import java.util.List;

/** Dropout in training. */
final class DropoutStep extends Step {
    private final double rate;

    DropoutStep(double rate) {
        this.rate = rate;
    }

    @Override
    NDArray forward(List<NDArray> inputs, boolean reusable) {
        return keepAllButFirst(Derivatives.dropout(inputs.get(0), rate));
    }

    @Override
    NDArray backward(NDArray dy, NDArray x, NDArray y, boolean reusable, boolean wanted) {
        return Derivatives.dropout(dy, saved(0), rate);
    }
}
