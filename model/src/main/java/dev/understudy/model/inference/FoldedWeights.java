package dev.understudy.model.inference;

import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import org.jspecify.annotations.Nullable;

/**
 * A convolution's weight and bias with the batch-norm after it multiplied in.
 *
 * @param weight [out, in/groups, kernel, kernel] row-major
 * @param bias [out]
 */
public record FoldedWeights(float[] weight, float[] bias) {
    public static FoldedWeights of(Convolution layer, @Nullable BatchNorm norm, Checkpoint checkpoint) {
        float[] weight = floats(checkpoint, layer.weight());
        String biasName = layer.biasName();
        float[] bias = biasName == null ? new float[layer.out()] : floats(checkpoint, biasName);
        if (norm != null) {
            float[][] affine = affine(norm, checkpoint);
            int perOutput = weight.length / layer.out();
            for (int i = 0; i < weight.length; i++) {
                weight[i] *= affine[0][i / perOutput];
            }
            for (int i = 0; i < bias.length; i++) {
                bias[i] = bias[i] * affine[0][i] + affine[1][i];
            }
        }
        return new FoldedWeights(weight, bias);
    }

    /** A batch-norm under running statistics is a product and a sum: factor and offset by channel. */
    public static float[][] affine(BatchNorm norm, Checkpoint checkpoint) {
        float[] weight = floats(checkpoint, norm.name() + ".weight");
        float[] bias = floats(checkpoint, norm.name() + ".bias");
        float[] mean = floats(checkpoint, norm.name() + ".running_mean");
        float[] variance = floats(checkpoint, norm.name() + ".running_var");
        float[] factor = new float[weight.length];
        float[] offset = new float[weight.length];
        for (int i = 0; i < weight.length; i++) {
            double f = weight[i] / Math.sqrt(variance[i] + norm.epsilon());
            factor[i] = (float) f;
            offset[i] = (float) (bias[i] - mean[i] * f);
        }
        return new float[][] {factor, offset};
    }

    public static float[] floats(Checkpoint checkpoint, String name) {
        Tensor tensor = checkpoint.tensors().get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return tensor.toFloats();
    }
}
