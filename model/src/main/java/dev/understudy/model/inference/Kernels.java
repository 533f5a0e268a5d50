package dev.understudy.model.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.Activation;
import dev.understudy.model.engine.FusedConvolution;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.inference.Fusion.FusedNode;
import dev.understudy.model.network.Operation;
import dev.understudy.model.network.Operation.Activate;
import dev.understudy.model.network.Operation.Add;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import dev.understudy.model.network.Operation.MaxPool;
import dev.understudy.model.network.Operation.UpsampleLike;

/** Makes the kernel of each chain, with its weights in native memory. */
record Kernels(NDManager manager, Checkpoint checkpoint) {
    Kernel of(FusedNode node) {
        Operation operation = node.operation();
        if (operation instanceof Convolution layer) {
            return layer.isChannelProduct() ? product(layer, node.activation()) : convolution(layer, node);
        } else if (operation instanceof BatchNorm norm) {
            return batchNorm(norm, node.activation());
        } else if (operation instanceof Add) {
            return (in, spare) -> add(in, spare, node.activation());
        } else if (operation instanceof Activate activate) {
            return (in, spare) -> activate(in[0], spare[0], activate.activation());
        } else if (operation instanceof MaxPool pool) {
            return (in, spare) -> Tensors.maxima(in[0], pool.kernel(), pool.stride(), pool.padding());
        } else if (operation instanceof UpsampleLike upsample) {
            return (in, spare) -> Tensors.upsampleLike(in[0], in[1], upsample.alignCorners());
        }
        throw new IllegalArgumentException("no kernel for " + operation);
    }

    private Kernel convolution(Convolution layer, FusedNode node) {
        FoldedWeights folded = FoldedWeights.of(layer, node.norm(), checkpoint);
        FusedConvolution kernel = new FusedConvolution(
                manager,
                folded.weight(),
                new Shape(layer.out(), layer.in() / layer.groups(), layer.kernel(), layer.kernel()),
                folded.bias(),
                layer.geometry(),
                node.activation());
        return node.adds()
                ? (in, spare) -> kernel.applyAdding(in[0], in[1], spare[1])
                : (in, spare) -> kernel.apply(in[0]);
    }

    private Kernel product(Convolution layer, Activation activation) {
        float[] weight = FoldedWeights.floats(checkpoint, layer.weight());
        NDArray byChannel = Tensors.create(manager, weight, new Shape(1, weight.length, 1, 1));
        return (in, spare) -> {
            NDArray y = spare[0] ? in[0] : in[0].mul(byChannel);
            if (spare[0]) {
                Tensors.multiplyInPlace(y, byChannel);
            }
            Tensors.activateInPlace(y, activation);
            return y;
        };
    }

    private Kernel batchNorm(BatchNorm norm, Activation activation) {
        NDArray weight = channels(norm.name() + ".weight");
        NDArray bias = channels(norm.name() + ".bias");
        NDArray mean = channels(norm.name() + ".running_mean");
        NDArray variance = channels(norm.name() + ".running_var");
        return (in, spare) -> {
            NDArray y = Tensors.batchNorm(in[0], weight, bias, mean, variance, false, norm.epsilon());
            Tensors.activateInPlace(y, activation);
            return y;
        };
    }

    private NDArray channels(String name) {
        float[] values = FoldedWeights.floats(checkpoint, name);
        return Tensors.create(manager, values, new Shape(values.length));
    }

    private static NDArray add(NDArray[] in, boolean[] spare, Activation activation) {
        NDArray sum = spare[0] ? in[0] : spare[1] ? in[1] : in[0].add(in[1]);
        if (sum == in[0] || sum == in[1]) {
            Tensors.addInPlace(sum, sum == in[0] ? in[1] : in[0]);
        }
        Tensors.activateInPlace(sum, activation);
        return sum;
    }

    private static NDArray activate(NDArray x, boolean spare, Activation activation) {
        NDArray y = spare ? x : x.duplicate();
        Tensors.activateInPlace(y, activation);
        return y;
    }

    /** Computes one chain. */
    interface Kernel {
        /**
         * @param inputs in the order of {@link FusedNode#inputs}
         * @param spare by input: nobody reads it afterwards, so it may be overwritten and returned
         */
        NDArray run(NDArray[] inputs, boolean[] spare);
    }
}
