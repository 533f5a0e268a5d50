package dev.understudy.model.external;

import dev.understudy.files.DataException;
import dev.understudy.model.external.NetworkOutputs.Depth;
import dev.understudy.model.external.NetworkOutputs.Kind;
import dev.understudy.model.external.NetworkOutputs.Segmentation;
import dev.understudy.model.external.OutputMaps.Plane;
import dev.understudy.model.external.TensorNetwork.OutputTensor;
import dev.understudy.model.inference.FeatureMap;
import dev.understudy.model.inference.FeatureMap.MapWindow;
import java.util.Arrays;
import java.util.Map;

/**
 * What the output tensors say of one picture of a batch, as maps of the part that shows it: logits by class, whatever
 * kind the output is of, and depth as it comes.
 *
 * @param index of the picture in the batch
 * @param mirrored whether the network saw it so
 */
record OutputMaps(Map<String, OutputTensor> tensors, InputPlacement placement, int index, boolean mirrored) {
    /** The logarithm of a probability of next to nothing. */
    private static final float LEAST = -20;

    /** What stands for a logit of −∞, which no interpolation could bear. */
    private static final float NEVER = -1e4f;

    /** Values of a map; more would not fit into an array, nor into most heaps. */
    private static final long MOST_VALUES = 512L << 20;

    /** @param outputs that the network has for a pixel; queries give one more, for what none of them is */
    FeatureMap segmentation(Segmentation output, int outputs) {
        if (output.kind() instanceof Kind.Queries queries) {
            return QueryMap.of(plane(queries.classes(), outputs + 1, 3), plane(queries.masks(), -1, 4), this, outputs);
        }
        String name = String.valueOf(output.tensor());
        if (output.kind() instanceof Kind.Classes) {
            return map(oneHot(plane(name, 1, 4), name, outputs));
        }
        Plane scores = plane(name, outputs, 4);
        return map(output.kind() instanceof Kind.Probabilities ? logarithms(scores, name) : scores);
    }

    FeatureMap depth(Depth output) {
        return map(plane(output.tensor(), 1, 4));
    }

    /**
     * One picture's part of a tensor.
     *
     * @param from its first value
     */
    record Plane(float[] values, int from, int channels, int height, int width) {}

    /**
     * @param channels that it must have, as the second dimension or else as the last; −1 = any number
     * @param dimensions 4 for [N, channels, h, w], where one channel may be left out; 3 for [N, rows, channels]
     */
    private Plane plane(String name, int channels, int dimensions) {
        OutputTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new DataException("the network gave no '" + name + "'");
        }
        long[] shape = tensor.shape();
        if (dimensions == 4 && channels == 1 && shape.length == 3) {
            shape = new long[] {shape[0], 1, shape[1], shape[2]};
        }
        boolean last = dimensions == 4 && shape.length == 4 && shape[1] != channels && shape[3] == channels;
        if (last) {
            shape = new long[] {shape[0], shape[3], shape[1], shape[2]};
        }
        boolean fits = shape.length == dimensions
                && shape[0] > index
                && Arrays.stream(shape).allMatch(side -> side > 0)
                && (channels < 0 || shape[dimensions == 4 ? 1 : 2] == channels);
        if (!fits) {
            throw new DataException("the network's '" + name + "' is " + Arrays.toString(tensor.shape())
                    + ", expected [" + (index + 1) + ", "
                    + (dimensions == 4
                            ? (channels < 0 ? "queries" : channels) + ", h, w]"
                            : "queries, " + channels + "]")
                    + "; correct the card's outputs and classes");
        }
        int each = tensor.values().length / (int) shape[0];
        if (last) {
            return new Plane(
                    channelsFirst(tensor.values(), index * each, each, channels), 0, channels, (int) shape[2], (int)
                            shape[3]);
        }
        return dimensions == 4
                ? new Plane(tensor.values(), index * each, (int) shape[1], (int) shape[2], (int) shape[3])
                : new Plane(tensor.values(), index * each, 1, (int) shape[1], (int) shape[2]);
    }

    /** One picture's [h, w, channels] as [channels, h, w]. */
    private static float[] channelsFirst(float[] values, int from, int length, int channels) {
        float[] first = new float[length];
        int pixels = length / channels;
        for (int i = 0; i < length; i++) {
            first[i % channels * pixels + i / channels] = values[from + i];
        }
        return first;
    }

    private static Plane logarithms(Plane probabilities, String name) {
        float[] logarithms = new float[probabilities.channels * probabilities.height * probabilities.width];
        for (int i = 0; i < logarithms.length; i++) {
            float p = probabilities.values[probabilities.from + i];
            if (p < 0) {
                throw new DataException("the network's '" + name + "' has a value of " + p
                        + ", expected probabilities; is its kind logits?");
            }
            logarithms[i] = logarithm(p);
        }
        return new Plane(logarithms, 0, probabilities.channels, probabilities.height, probabilities.width);
    }

    static float logarithm(float probability) {
        return probability > 0 ? Math.max(LEAST, (float) Math.log(probability)) : probability == 0 ? LEAST : Float.NaN;
    }

    private static Plane oneHot(Plane labels, String name, int outputs) {
        int pixels = labels.height * labels.width;
        if ((long) outputs * pixels > MOST_VALUES) {
            throw new DataException("the network's '" + name + "' is " + labels.width + "×" + labels.height
                    + " decisions among " + outputs + " classes, expected at most " + MOST_VALUES / outputs
                    + " pixels; give the card a smaller size");
        }
        float[] logarithms = new float[outputs * pixels];
        Arrays.fill(logarithms, LEAST);
        for (int i = 0; i < pixels; i++) {
            float label = labels.values[labels.from + i];
            if (!(label >= 0 && label < outputs && label == (int) label)) {
                throw new DataException("the network's '" + name + "' has a class " + label + ", expected 0 to "
                        + (outputs - 1) + "; correct the card's classes");
            }
            logarithms[(int) label * pixels + i] = 0;
        }
        return new Plane(logarithms, 0, outputs, labels.height, labels.width);
    }

    /** Channels interleaved, without the columns and rows that show nothing of the picture. */
    FeatureMap map(Plane plane) {
        MapWindow window = placement.window(plane.width, plane.height);
        int left = inside(Math.floor(window.left()), plane.width);
        int top = inside(Math.floor(window.top()), plane.height);
        int right = Math.max(left + 1, inside(Math.ceil(window.left() + window.width()), plane.width));
        int bottom = Math.max(top + 1, inside(Math.ceil(window.top() + window.height()), plane.height));
        int columns = right - left;
        int rows = bottom - top;
        float[] interleaved = new float[columns * rows * plane.channels];
        for (int channel = 0; channel < plane.channels; channel++) {
            for (int y = 0; y < rows; y++) {
                int from = plane.from + (channel * plane.height + top + y) * plane.width + left;
                int to = y * columns * plane.channels + channel;
                for (int x = 0; x < columns; x++) {
                    interleaved[to + x * plane.channels] = finite(plane.values[from + x]);
                }
            }
        }
        return new FeatureMap(columns, rows, plane.channels, interleaved, mirrored, window.shifted(left, top));
    }

    private static int inside(double sample, int samples) {
        return (int) Math.max(0, Math.min(sample, samples));
    }

    static float finite(float value) {
        if (Float.isFinite(value)) {
            return value;
        }
        if (value == Float.NEGATIVE_INFINITY) {
            return NEVER;
        }
        throw new DataException("the network says " + value
                + " somewhere; check the card's input, above all scale, mean" + " and deviation, and the picture");
    }

    /**
     * Mask classification made dense: a class's share of a pixel is the sum over queries of P(class | query) · P(pixel
     * in mask), as the authors of MaskFormer decide (Cheng et al., NeurIPS 2021). What the queries leave of a pixel is
     * a class of its own, behind the others: no object. Where they claim more than the whole, their claims are scaled
     * down to it.
     */
    private static final class QueryMap {
        private QueryMap() {}

        /**
         * @param classLogits [1, queries, classes + 1]
         * @param masks [queries, h, w] logits
         * @return ln of the shares, classes + 1 of them
         */
        static FeatureMap of(Plane classLogits, Plane masks, OutputMaps maps, int classes) {
            int queries = classLogits.height();
            if (masks.channels() != queries) {
                throw new DataException("the network has " + queries + " queries with classes and " + masks.channels()
                        + " with masks; correct the card's outputs");
            }
            float[][] share = new float[queries][];
            for (int q = 0; q < queries; q++) {
                share[q] = softmax(classLogits.values(), classLogits.from() + q * (classes + 1), classes + 1);
            }
            int pixels = masks.height() * masks.width();
            float[] logarithms = new float[Math.multiplyExact(classes + 1, pixels)];
            for (int q = 0; q < queries; q++) {
                float[] inside = new float[pixels];
                for (int i = 0; i < pixels; i++) {
                    inside[i] = sigmoid(masks.values()[masks.from() + q * pixels + i]);
                }
                for (int c = 0; c < classes; c++) {
                    float weight = share[q][c];
                    for (int i = 0; i < pixels; i++) {
                        logarithms[c * pixels + i] += weight * inside[i];
                    }
                }
            }
            toLogarithms(logarithms, classes, pixels);
            return maps.map(new Plane(logarithms, 0, classes + 1, masks.height(), masks.width()));
        }

        private static void toLogarithms(float[] claims, int classes, int pixels) {
            for (int i = 0; i < pixels; i++) {
                float sum = 0;
                for (int c = 0; c < classes; c++) {
                    sum += claims[c * pixels + i];
                }
                float whole = Math.max(1, sum);
                for (int c = 0; c < classes; c++) {
                    claims[c * pixels + i] = OutputMaps.logarithm(claims[c * pixels + i] / whole);
                }
                claims[classes * pixels + i] = OutputMaps.logarithm(Math.max(0, 1 - sum));
            }
        }

        private static float[] softmax(float[] logits, int from, int length) {
            float most = Float.NEGATIVE_INFINITY;
            for (int i = from; i < from + length; i++) {
                most = Math.max(most, OutputMaps.finite(logits[i]));
            }
            double sum = 0;
            double[] exponentials = new double[length];
            for (int i = 0; i < length; i++) {
                exponentials[i] = Math.exp(OutputMaps.finite(logits[from + i]) - most);
                sum += exponentials[i];
            }
            float[] shares = new float[length];
            for (int i = 0; i < length; i++) {
                shares[i] = (float) (exponentials[i] / sum);
            }
            return shares;
        }

        private static float sigmoid(float logit) {
            return (float) (1 / (1 + Math.exp(-OutputMaps.finite(logit))));
        }
    }
}
