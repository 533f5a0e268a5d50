package dev.understudy.trainer.loss;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import java.util.Arrays;

/**
 * One surface has one class: the squared distance of the posteriors p and q that two views give it, Σ (p − q)², 0 to 2
 * (the temporal loss of Liu et al., ECCV 2020, by depth and pose in place of optical flow). Softmax is taken over the
 * classes of the frames' own data set.
 */
final class Agreement extends PairLoss {
    @Override
    String key() {
        return "agreement";
    }

    @Override
    Task task() {
        return Task.SEGMENTATION;
    }

    @Override
    double of(float[] first, float[] second, double recession, ClassSlice slice, double[] byFirst, double[] bySecond) {
        // What is computed as the posteriors becomes the derivatives: with v = 2·(p − q), p·(v − Σ p·v) and −q·(v − Σ
        // q·v)
        softmax(first, slice, byFirst);
        softmax(second, slice, bySecond);
        double loss = 0;
        double meanFirst = 0;
        double meanSecond = 0;
        for (int c = slice.from(); c < slice.to(); c++) {
            double difference = byFirst[c] - bySecond[c];
            loss += difference * difference;
            meanFirst += byFirst[c] * 2 * difference;
            meanSecond += bySecond[c] * 2 * difference;
        }
        for (int c = slice.from(); c < slice.to(); c++) {
            double v = 2 * (byFirst[c] - bySecond[c]);
            byFirst[c] *= v - meanFirst;
            bySecond[c] *= meanSecond - v;
        }
        return loss;
    }

    private static void softmax(float[] logits, ClassSlice slice, double[] posterior) {
        Arrays.fill(posterior, 0);
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = slice.from(); c < slice.to(); c++) {
            largest = Math.max(largest, logits[c]);
        }
        double sum = 0;
        for (int c = slice.from(); c < slice.to(); c++) {
            posterior[c] = Math.exp(logits[c] - largest);
            sum += posterior[c];
        }
        for (int c = slice.from(); c < slice.to(); c++) {
            posterior[c] /= sum;
        }
    }
}
