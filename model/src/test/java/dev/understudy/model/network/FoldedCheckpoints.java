package dev.understudy.model.network;

import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.network.Graph.Node;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Weights as tools for inference leave them. */
public final class FoldedCheckpoints {
    private FoldedCheckpoints() {}

    /** Each batch-norm multiplied into the convolution before it, whose bias then takes its place. */
    public static Checkpoint of(Graph graph, Checkpoint checkpoint, boolean keepIdentity) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(checkpoint.tensors());
        for (Node node : graph.nodes()) {
            if (node.operation() instanceof BatchNorm norm
                    && node.inputs().get(0).operation() instanceof Convolution layer) {
                fold(layer, norm, tensors, keepIdentity);
            }
        }
        return new Checkpoint(tensors);
    }

    private static void fold(Convolution layer, BatchNorm norm, Map<String, Tensor> tensors, boolean keepIdentity) {
        float[] gamma = tensors.get(norm.name() + ".weight").toFloats();
        float[] beta = tensors.get(norm.name() + ".bias").toFloats();
        float[] mean = tensors.get(norm.name() + ".running_mean").toFloats();
        float[] variance = tensors.get(norm.name() + ".running_var").toFloats();
        float[] weight = tensors.get(layer.weight()).toFloats();
        int each = weight.length / gamma.length;
        float[] zeros = new float[gamma.length];
        float[] ones = new float[gamma.length];
        float[] neutral = new float[gamma.length];
        for (int i = 0; i < gamma.length; i++) {
            double factor = gamma[i] / Math.sqrt(variance[i] + norm.epsilon());
            for (int k = 0; k < each; k++) {
                weight[i * each + k] *= (float) factor;
            }
            beta[i] -= (float) (mean[i] * factor);
            ones[i] = 1;
            neutral[i] = (float) Math.sqrt(1 + norm.epsilon());
        }
        long[] channels = {gamma.length};
        tensors.put(layer.weight(), Tensor.of(tensors.get(layer.weight()).shape(), weight));
        tensors.put(layer.name() + ".bias", Tensor.of(channels, beta));
        tensors.put(norm.name() + ".weight", Tensor.of(channels, neutral));
        tensors.put(norm.name() + ".bias", Tensor.of(channels, zeros));
        tensors.put(norm.name() + ".running_mean", Tensor.of(channels, zeros));
        tensors.put(norm.name() + ".running_var", Tensor.of(channels, ones));
        if (!keepIdentity) {
            List.of(".weight", ".bias", ".running_mean", ".running_var")
                    .forEach(part -> tensors.remove(norm.name() + part));
        }
    }
}
