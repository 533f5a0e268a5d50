package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.understudy.model.engine.Derivatives;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Operation.Convolution;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A convolution, or the product by channel that a depthwise 1×1 convolution is. */
final class ConvolutionStep extends Step {
    private final Convolution layer;
    private final TrainedWeights weights;
    private final NDArray weight;

    ConvolutionStep(Convolution layer, TrainedWeights weights) {
        this.layer = layer;
        this.weights = weights;
        this.weight = weights.array(layer.weight());
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
                bias == null ? null : weights.array(bias),
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
