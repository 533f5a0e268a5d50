package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.understudy.model.engine.Activation;
import dev.understudy.model.engine.Derivatives;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import dev.understudy.model.network.Operation.MaxPool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node of a training pass, there and back. Only its first input gets a derivative: the second input of an
 * upsampling is a size, and sums are the pass's own business. Used once.
 */
abstract class Step {
    private NDList saved = new NDList();

    /** Keeps one more array that the way back needs, or that is to be freed with the step. */
    final NDArray keep(NDArray array) {
        saved.add(array);
        return array;
    }

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

    /** Dropout in training. */
    static final class DropoutStep extends Step {
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

    /** Bilinear upsampling to the size of a second input. */
    static final class UpsampleStep extends Step {
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

    /** Max-pooling; keeps which pixels won. */
    static final class MaxPoolStep extends Step {
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
            return Derivatives.maxPool(dy, shape, saved(0), pool.kernel(), pool.stride(), pool.padding());
        }
    }

    /** ReLU or ReLU6, in place where nobody else reads the input: the result tells where the derivative passes. */
    static final class ActivationStep extends Step {
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

    /** Batch-norm by the batch's own statistics or, frozen, by the running ones, which then stay as they are. */
    static final class BatchNormStep extends Step {
        private final BatchNorm norm;
        private final TrainedWeights weights;
        private final boolean frozen;
        private final boolean atOnce;

        /** @param atOnce one operation for all, which is not fastest everywhere; see {@link Derivatives} */
        BatchNormStep(BatchNorm norm, TrainedWeights weights, boolean frozen, boolean atOnce) {
            this.norm = norm;
            this.weights = weights;
            this.frozen = frozen;
            this.atOnce = atOnce;
        }

        @Override
        NDArray forward(List<NDArray> inputs, boolean reusable) {
            NDArray x = inputs.get(0);
            NDArray weight = weights.array(norm.name() + ".weight");
            NDArray bias = weights.array(norm.name() + ".bias");
            NDArray mean = weights.array(norm.name() + ".running_mean");
            NDArray variance = weights.array(norm.name() + ".running_var");
            if (frozen) {
                return Tensors.batchNorm(x, weight, bias, mean, variance, false, norm.epsilon());
            }
            return keepAllButFirst(
                    atOnce
                            ? Derivatives.batchNormAtOnce(x, weight, bias, mean, variance, norm.epsilon())
                            : Derivatives.batchNorm(x, weight, bias, mean, variance, norm.epsilon()));
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
                try (NDArray variance =
                                weights.array(norm.name() + ".running_var").add(norm.epsilon());
                        NDArray deviation = variance.pow(-0.5)) {
                    NDArray mean = weights.array(norm.name() + ".running_mean");
                    derivatives = Derivatives.batchNorm(dy, x, weight, mean, deviation, false);
                }
            } else {
                derivatives = atOnce
                        ? Derivatives.batchNormAtOnce(dy, x, weight, saved(0), saved(1))
                        : Derivatives.batchNorm(dy, x, weight, saved(0), saved(1), true);
            }
            add(weights, norm.name() + ".weight", derivatives.get(1));
            add(weights, norm.name() + ".bias", derivatives.get(2));
            return derivatives.get(0);
        }
    }

    /** A convolution, or the product by channel that a depthwise 1×1 convolution is. */
    static final class ConvolutionStep extends Step {
        private final Convolution layer;
        private final TrainedWeights weights;
        private final Precision precision;
        private final NDArray weight;

        /** @param precision of what goes in and comes out; the weights themselves stay float32 */
        ConvolutionStep(Convolution layer, TrainedWeights weights, Precision precision) {
            this.layer = layer;
            this.weights = weights;
            this.precision = precision;
            this.weight = rounded(layer.weight());
        }

        private NDArray rounded(String name) {
            NDArray exact = weights.array(name);
            return precision.isShort() ? keep(Derivatives.in(precision, exact)) : exact;
        }

        @Override
        NDArray forward(List<NDArray> inputs, boolean reusable) {
            if (layer.isChannelProduct()) {
                return Tensors.multiplyChannels(inputs.get(0), weight);
            }
            String bias = layer.biasName();
            return Tensors.convolve(
                    inputs.get(0),
                    weight,
                    bias == null ? null : rounded(bias),
                    layer.stride(),
                    layer.padding(),
                    layer.dilation(),
                    layer.groups());
        }

        @Override
        boolean keepsInput() {
            return true;
        }

        @Override
        @Nullable
        NDArray backward(NDArray dy, NDArray x, NDArray y, boolean reusable, boolean wanted) {
            String bias = layer.biasName();
            if (bias != null && weights.trains(bias)) {
                add(weights, bias, Derivatives.bias(dy));
            }
            if (layer.isChannelProduct()) {
                NDList both = Derivatives.multiplyChannels(dy, x, weight);
                add(weights, layer.weight(), both.get(1));
                return both.get(0);
            }
            NDList derivatives = Derivatives.convolution(dy, x, weight, layer.geometry(), wanted);
            add(weights, layer.weight(), derivatives.get(0));
            return wanted ? derivatives.get(1) : null;
        }
    }

    /** What a training pass reads and what it leaves behind. */
    interface TrainedWeights {
        /** A parameter or running statistic. */
        NDArray array(String name);

        /** Whether a derivative by this parameter is wanted. */
        boolean trains(String name);

        /** Adds to a parameter's gradient; {@code derivative} stays the caller's. */
        void addGradient(String name, NDArray derivative);
    }
}
