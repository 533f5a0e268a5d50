package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import dev.understudy.model.engine.Derivatives;
import dev.understudy.model.engine.Tensors;
import java.util.List;

/** Bilinear upsampling to the size of a second input. */
final class UpsampleStep extends Step {
    private final boolean alignCorners;

    UpsampleStep(boolean alignCorners) {
        this.alignCorners = alignCorners;
    }

    @Override
    NDArray forward(List<NDArray> inputs, boolean reusable) {
        return Tensors.upsampleLike(inputs.get(0), inputs.get(1), alignCorners);
    }

    /** For its shape; it is the smaller one. */
    @Override
    boolean keepsInput() {
        return true;
    }

    @Override
    NDArray backward(NDArray dy, NDArray x, NDArray y, boolean reusable, boolean wanted) {
        return Derivatives.upsample(dy, x, alignCorners);
    }
}
