package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import dev.understudy.model.engine.Derivatives;
import dev.understudy.model.network.Operation.MaxPool;
import java.util.List;

/** Max-pooling; keeps which pixels won. */
final class MaxPoolStep extends Step {
    private final MaxPool pool;

    MaxPoolStep(MaxPool pool) {
        this.pool = pool;
    }

    @Override
    NDArray forward(List<NDArray> inputs, boolean reusable) {
        return keepAllButFirst(Derivatives.maxPool(inputs.get(0), pool.kernel(), pool.stride(), pool.padding()));
    }

    /** For its shape, which at stride 1 is that of the result. */
    @Override
    boolean keepsInput() {
        return pool.stride() > 1;
    }

    @Override
    NDArray backward(NDArray dy, NDArray x, NDArray y, boolean reusable, boolean wanted) {
        NDArray shape = keepsInput() ? x : dy;
        return Derivatives.maxPool(dy, shape, saved(0), saved(1), pool.kernel(), pool.stride(), pool.padding());
    }
}
