package dev.understudy.trainer.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.understudy.model.engine.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * Differentiation on PyTorch arrays. The engine's gradient mode belongs to the calling thread, and threads other than
 * the one that loaded the engine start with it on: whoever needs it on or off says so here.
 *
 * <p>DJL's own {@code GradientCollector} allows one per process and can only start from one scalar of ones; nothing
 * else is different.
 */
public final class Autograd {
    private static final NDIndex EVERYTHING = new NDIndex("...");

    private Autograd() {}

    /** A stretch of code under one gradient mode; closing it brings back the mode before. */
    public interface Mode extends AutoCloseable {
        @Override
        void close();
    }

    /** Operations of this thread are recorded. */
    public static Mode recording() {
        return mode(true);
    }

    /** Operations of this thread are not recorded, so that parameters may change in place. */
    public static Mode paused() {
        return mode(false);
    }

    private static Mode mode(boolean on) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(on);
        return () -> JniUtils.setGradMode(before);
    }

    /**
     * Adds the derivatives of {@code scalar} to the gradients of every parameter that it came from; frees the graph.
     */
    public static void backward(NDArray scalar) {
        Tensors.backward(scalar);
    }

    /**
     * The gradient that has gathered on a parameter, as an array that the caller closes and may change; null if none
     * has ever reached it.
     */
    public static @Nullable NDArray gradient(NDArray parameter) {
        return JniUtils.getGradient((PtNDArray) parameter);
    }

    /** Sets the gathered gradient to zero, if there is one. */
    public static void zeroGradient(NDArray parameter) {
        JniUtils.zeroGrad((PtNDArray) parameter);
    }

    /** Copies {@code from} into {@code to}, which keeps its memory and layout. Call it while {@link #paused}. */
    public static void copy(NDArray from, NDArray to) {
        to.set(EVERYTHING, from);
    }
}
