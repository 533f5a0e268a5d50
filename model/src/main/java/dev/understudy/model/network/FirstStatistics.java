package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.network.Operation.BatchNorm;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gives batch-norms that know no picture the statistics of some: those of weights whose batch-norm was folded into the
 * convolutions. By their running statistics, mean 0 and variance 1, they change nothing, but as soon as a batch's own
 * count every layer loses its scale. Afterwards the network's function outside of training is the same, and in training
 * nearly so. Used by one thread.
 */
public final class FirstStatistics {
    /** Of the variance of 1; some write 1 less their epsilon. */
    private static final float TOLERANCE = 2e-3f;

    private static final int[] ROWS = {0};

    private final Network network;
    private final Map<String, Moments> unseen = new LinkedHashMap<>();
    private final int norms;

    /** @param network stays the caller's */
    public FirstStatistics(Network network) {
        this.network = network;
        int count = 0;
        for (Map.Entry<String, Parameter> entry : network.parameters().entrySet()) {
            if (entry.getValue().getType() == Parameter.Type.RUNNING_MEAN) {
                count++;
                String norm = entry.getKey().substring(0, entry.getKey().lastIndexOf('.'));
                if (isUnseen(array(norm, "running_mean"), array(norm, "running_var"))) {
                    unseen.put(norm, new Moments());
                }
            }
        }
        this.norms = count;
    }

    private float[] array(String norm, String part) {
        return network.parameters().get(norm + "." + part).getArray().toFloatArray();
    }

    private static boolean isUnseen(float[] mean, float[] variance) {
        for (int i = 0; i < mean.length; i++) {
            if (mean[i] != 0 || variance[i] != variance[0] || Math.abs(variance[i] - 1) > TOLERANCE) {
                return false;
            }
        }
        return true;
    }

    /** Whether there is a batch-norm that knows no picture. */
    public boolean areWanted() {
        return !unseen.isEmpty();
    }

    /** Such as {@code 51 of 51 batch-norms}. */
    public String inWords() {
        return unseen.size() + " of " + norms + " batch-norms";
    }

    /** Lets pictures go through the network. @param imagesNchw normalised; stay the caller's */
    public void add(NDArray imagesNchw) {
        network.observeNorms(imagesNchw, (norm, x) -> {
            Moments moments = unseen.get(norm.name());
            if (moments != null) {
                moments.add(norm, x);
            }
        });
    }

    /** Changes the network. Pictures must have been added. */
    public void give() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(network.snapshot().tensors());
        unseen.forEach((norm, moments) -> moments.give(norm, tensors));
        network.load(new Checkpoint(tensors));
    }

    /** Mean and sum of squared deviations of a batch-norm's input, by channel. */
    private static final class Moments {
        private double[] mean = new double[0];
        private double[] squares = new double[0];
        private long count;
        private double epsilon;

        void add(BatchNorm norm, NDArray x) {
            epsilon = norm.epsilon();
            try (NDArray nhwc = x.transpose(0, 2, 3, 1);
                    NDArray rows = nhwc.reshape(new Shape(-1, norm.channels()));
                    NDArray means = rows.mean(ROWS);
                    NDArray off = rows.sub(means);
                    NDArray squared = off.square();
                    NDArray variances = squared.mean(ROWS)) {
                merge(means.toFloatArray(), variances.toFloatArray(), x.size() / norm.channels());
            }
        }

        /** As the moments of a union follow from those of its parts (Chan et al., 1979). */
        private void merge(float[] means, float[] variances, long more) {
            if (count == 0) {
                mean = new double[means.length];
                squares = new double[means.length];
            }
            double share = (double) more / (count + more);
            for (int i = 0; i < mean.length; i++) {
                double apart = means[i] - mean[i];
                squares[i] += (double) variances[i] * more + apart * apart * count * share;
                mean[i] += apart * share;
            }
            count += more;
        }

        /** The batch-norm's line through its input is the same before and after. */
        void give(String norm, Map<String, Tensor> tensors) {
            float[] weight = tensors.get(norm + ".weight").toFloats();
            float[] bias = tensors.get(norm + ".bias").toFloats();
            float[] variance = tensors.get(norm + ".running_var").toFloats();
            float[] means = new float[mean.length];
            for (int i = 0; i < means.length; i++) {
                double slope = weight[i] / Math.sqrt(variance[i] + epsilon);
                means[i] = (float) mean[i];
                variance[i] = (float) (squares[i] / count);
                weight[i] = (float) (slope * Math.sqrt(variance[i] + epsilon));
                bias[i] = (float) (bias[i] + slope * means[i]);
            }
            long[] channels = {means.length};
            tensors.put(norm + ".weight", Tensor.of(channels, weight));
            tensors.put(norm + ".bias", Tensor.of(channels, bias));
            tensors.put(norm + ".running_mean", Tensor.of(channels, means));
            tensors.put(norm + ".running_var", Tensor.of(channels, variance));
        }
    }
}
