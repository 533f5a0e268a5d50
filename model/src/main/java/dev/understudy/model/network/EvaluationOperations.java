package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import dev.understudy.model.engine.Activation;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.GraphRun.Operations;
import dev.understudy.model.network.Operation.Activate;
import dev.understudy.model.network.Operation.Add;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import dev.understudy.model.network.Operation.Dropout;
import dev.understudy.model.network.Operation.MaxPool;
import dev.understudy.model.network.Operation.UpsampleLike;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The operations as they are once training is over.
 *
 * @param weights by name; stay the caller's
 */
public record EvaluationOperations(Function<String, NDArray> weights) implements Operations {
    @Override
    public NDArray apply(Operation operation, List<NDArray> inputs) {
        NDArray x = inputs.get(0);
        if (operation instanceof Convolution layer) {
            return convolve(x, layer);
        } else if (operation instanceof BatchNorm norm) {
            return batchNorm(x, norm);
        } else if (operation instanceof Activate activate) {
            return activate.activation() == Activation.RELU6 ? Tensors.relu6(x) : Tensors.relu(x);
        } else if (operation instanceof Add) {
            return x.add(inputs.get(1));
        } else if (operation instanceof MaxPool pool) {
            return Tensors.maxPoolSeparably(x, pool.kernel(), pool.stride(), pool.padding());
        } else if (operation instanceof UpsampleLike upsample) {
            return Tensors.upsampleLike(x, inputs.get(1), upsample.alignCorners());
        } else if (operation instanceof Dropout dropout) {
            return Tensors.dropout(x, dropout.rate(), false);
        }
        throw new IllegalArgumentException("no operation " + operation);
    }

    private NDArray convolve(NDArray x, Convolution layer) {
        NDArray weight = weights.apply(layer.weight());
        if (layer.isChannelProduct()) {
            return Tensors.multiplyChannels(x, weight);
        }
        String bias = layer.biasName();
        @Nullable NDArray biasArray = bias == null ? null : weights.apply(bias);
        return Tensors.convolve(
                x, weight, biasArray, layer.stride(), layer.padding(), layer.dilation(), layer.groups());
    }

    private NDArray batchNorm(NDArray x, BatchNorm norm) {
        NDArray weight = weights.apply(norm.name() + ".weight");
        NDArray bias = weights.apply(norm.name() + ".bias");
        NDArray mean = weights.apply(norm.name() + ".running_mean");
        NDArray variance = weights.apply(norm.name() + ".running_var");
        return Tensors.batchNorm(x, weight, bias, mean, variance, false, norm.epsilon());
    }
}
