package dev.understudy.model.network;

import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.network.Graph.Node;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights whose batch-norm was folded into the convolutions before it: these have a bias then, which becomes the offset
 * of a batch-norm that otherwise changes nothing under running statistics.
 */
final class Unfolding {
    private Unfolding() {}

    /** The same function with every batch-norm of the graph; the checkpoint itself if none was folded. */
    static Checkpoint of(Graph graph, Checkpoint checkpoint) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(checkpoint.tensors());
        boolean changed = false;
        for (Node node : graph.nodes()) {
            if (node.operation() instanceof BatchNorm norm
                    && node.inputs().get(0).operation() instanceof Convolution layer
                    && !layer.bias()) {
                changed |= unfold(layer.name() + ".bias", norm, tensors);
            }
        }
        return changed ? new Checkpoint(tensors) : checkpoint;
    }

    private static boolean unfold(String biasName, BatchNorm norm, Map<String, Tensor> tensors) {
        Tensor bias = tensors.get(biasName);
        if (bias == null || !Arrays.equals(bias.shape(), new long[] {norm.channels()})) {
            return false;
        }
        List<String> own = List.of(
                norm.name() + ".weight",
                norm.name() + ".bias",
                norm.name() + ".running_mean",
                norm.name() + ".running_var");
        if (own.stream().noneMatch(tensors::containsKey)) {
            tensors.put(own.get(0), constant(norm.channels(), (float) Math.sqrt(1 + norm.epsilon())));
            tensors.put(own.get(1), bias);
            tensors.put(own.get(2), constant(norm.channels(), 0));
            tensors.put(own.get(3), constant(norm.channels(), 1));
        } else if (own.stream().allMatch(name -> isOfChannels(tensors.get(name), norm.channels()))) {
            tensors.put(own.get(1), offset(bias, norm, tensors));
        } else {
            return false;
        }
        tensors.remove(biasName);
        return true;
    }

    /** That of the batch-norm, and what the convolution's bias comes to behind it. */
    private static Tensor offset(Tensor bias, BatchNorm norm, Map<String, Tensor> tensors) {
        float[] weight = tensors.get(norm.name() + ".weight").toFloats();
        float[] variance = tensors.get(norm.name() + ".running_var").toFloats();
        float[] offset = tensors.get(norm.name() + ".bias").toFloats();
        for (int i = 0; i < offset.length; i++) {
            offset[i] += (float) (bias.get(i) * weight[i] / Math.sqrt(variance[i] + norm.epsilon()));
        }
        return Tensor.of(new long[] {offset.length}, offset);
    }

    private static boolean isOfChannels(Tensor tensor, int channels) {
        return tensor != null && tensor.elements() == channels;
    }

    private static Tensor constant(int channels, float value) {
        float[] values = new float[channels];
        Arrays.fill(values, value);
        return Tensor.of(new long[] {channels}, values);
    }
}
