package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node of a training pass, there and back. Only its first input gets a derivative: the second input of an upsampling is
 * a size, and sums are the pass's own business. Used once.
 */
abstract class Step {
    private NDList saved = new NDList();

    /**
     * @param reusable the first input is needed by nobody else and may be overwritten
     * @return the result; the first input itself if that was overwritten
     */
    abstract NDArray forward(List<NDArray> inputs, boolean reusable);

    /**
     * Adds the gradients of the node's parameters.
     *
     * @param y the result of {@link #forward}, if {@link #keepsOutput}
     * @param x the first input, if {@link #keepsInput}
     * @param reusable {@code dy} is needed by nobody else and may be overwritten
     * @param wanted whether somebody asks for the derivative by the first input
     * @return the derivative by the first input, {@code dy} itself if that was overwritten; null if not wanted
     */
    abstract @Nullable NDArray backward(NDArray dy, NDArray x, NDArray y, boolean reusable, boolean wanted);

    /** Whether the way back needs the first input. */
    boolean keepsInput() {
        return false;
    }

    /** Whether the way back needs the result. */
    boolean keepsOutput() {
        return false;
    }

    /** Keeps what the way back needs besides input and result; returns the first of {@code results}. */
    final NDArray keepAllButFirst(NDList results) {
        saved = results.subNDList(1);
        return results.get(0);
    }

    final NDArray saved(int index) {
        return saved.get(index);
    }

    /** Frees what was kept. */
    final void close() {
        saved.close();
    }

    /** Hands a derivative over and frees it. */
    static void add(TrainedWeights weights, String name, NDArray derivative) {
        try (derivative) {
            if (weights.trains(name)) {
                weights.addGradient(name, derivative);
            }
        }
    }
}
