package dev.understudy.model.external;

import dev.understudy.files.DataException;
import dev.understudy.model.external.OutputMaps.Plane;
import dev.understudy.model.inference.FeatureMap;

/**
 * Mask classification made dense: a class's share of a pixel is the sum over queries of P(class | query) · P(pixel in mask),
 * as the authors of MaskFormer decide (Cheng et al., NeurIPS 2021). What the queries leave of a pixel is a class of its own,
 * behind the others: no object. Where they claim more than the whole, their claims are scaled down to it.
 */
final class QueryMap {
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
